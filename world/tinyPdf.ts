/** A one-page PDF, just enough to be a real attachment (ISO 32000-1). */

/**
 * Writes a PDF 1.4 with one A4 page of text in Helvetica, which every reader has. The standard fonts have no Vietnamese
 * letters, so diacritics are dropped from what is drawn.
 *
 * @param lines the text, one line each; the first is drawn larger.
 */
export function tinyPdf(lines: readonly string[]): Buffer {
  const drawn = lines.map((line, index) => `/F1 ${index === 0 ? 16 : 11} Tf (${escaped(plain(line))}) Tj 0 -24 Td`);
  const content = `BT 72 770 Td\n${drawn.join('\n')}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  // Everything is ASCII, so that string offsets are byte offsets.
  return Buffer.from(`${file}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`, 'ascii');
}

function plain(text: string): string {
  const bare = text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
  return bare.replace(/[^\x20-\x7e]/g, '?');
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, '\\$&');
}
