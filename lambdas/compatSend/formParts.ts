/** One part of a form (RFC 7578 section 4). */
export interface FormPart {
  readonly name: string;
  /** Whether it was sent as a file: its name on the sender's disk says nothing here. */
  readonly isFile: boolean;
  readonly content: Buffer;
}

/** Parts of a form, and bytes of the headers of each, beyond which it is none that a program wrote. */
const MOST = { parts: 64, headBytes: 4096 } as const;
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;",]{1,70}))\s*(?:;|$)/i;
const DISPOSITION = /^content-disposition:\s*form-data\s*(;.*)$/im;
const PARAMETER = /;\s*([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g;
const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * The parts of a form by the boundary that its type names, which may have 1 to 70 characters (RFC 2046 section 5.1.1): the reader
 * that Node brings along takes none below 27. Undefined for what is no form, or not all of one.
 */
export function formParts(body: Buffer, type: string): readonly FormPart[] | undefined {
  const [, quoted, bare] = BOUNDARY.exec(type) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  // With a line end in front the first boundary looks like every other one.
  const bytes = Buffer.concat([LINE_END, body]);
  const mark = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: FormPart[] = [];
  let at = bytes.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    if (bytes.toString('latin1', from, from + 2) === '--') return parts;
    const to = bytes.indexOf(mark, from);
    const part = to < 0 || parts.length === MOST.parts ? undefined : partOf(bytes.subarray(from, to));
    if (!part) return undefined;
    parts.push(part);
    at = to;
  }
  return undefined;
}

/** What stands between two boundaries: the rest of a line, headers, an empty line, the content. */
function partOf(bytes: Buffer): FormPart | undefined {
  const start = bytes.indexOf(LINE_END);
  const headEnd = bytes.indexOf(HEAD_END, start);
  if (start < 0 || headEnd < 0 || headEnd > MOST.headBytes) return undefined;
  if (bytes.toString('latin1', 0, start).trim() !== '') return undefined;
  const parameters = DISPOSITION.exec(bytes.toString('utf8', start, headEnd))?.[1] ?? '';
  const values = new Map(
    [...parameters.matchAll(PARAMETER)].map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare]),
  );
  const name = values.get('name');
  if (name === undefined) return undefined;
  const isFile = values.has('filename') || values.has('filename*');
  return { name, isFile, content: bytes.subarray(headEnd + HEAD_END.length) };
}
