/** One bar of the plot: CPU beside xmlsec1, and the most that it should be. */
export interface Bar {
  readonly name: string;
  readonly ratio: number;
  readonly goal: number;
}

const [WIDTH, LEFT, ROW, TOP] = [760, 220, 30, 60];
/** Ratio at the right edge. */
const MOST = 1.2;

/** The bars as SVG, xmlsec1's own CPU as a line at 1. */
export function plotOf(title: string, bars: readonly Bar[]): string {
  const height = TOP + bars.length * ROW + 40;
  const bottom = TOP + bars.length * ROW;
  const x = (ratio: number): string => (LEFT + (Math.min(ratio, MOST) / MOST) * (WIDTH - LEFT - 20)).toFixed(1);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (tick) =>
      `<line x1="${x(tick)}" y1="${TOP - 6}" x2="${x(tick)}" y2="${bottom}" stroke="${tick === 1 ? '#a33' : '#ddd'}"/>` +
      `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
  );
  const rows = bars.map(({ name, ratio, goal }, k) => {
    const y = TOP + k * ROW;
    const width = (Number(x(ratio)) - LEFT).toFixed(1);
    return [
      `<text x="${LEFT - 8}" y="${y + 17}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LEFT}" y="${y + 4}" width="${width}" height="18" fill="${ratio <= goal ? '#2a7' : '#c93'}"/>`,
      `<line x1="${x(goal)}" y1="${y + 1}" x2="${x(goal)}" y2="${y + 25}" stroke="#225" stroke-width="2"/>`,
      `<text x="${Number(x(Math.max(ratio, goal))) + 6}" y="${y + 17}">${ratio.toFixed(2)}</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}: CPU beside xmlsec1</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="24" font-size="15">${escaped(title)}</text>`,
    `<text x="16" y="42" fill="#555">CPU beside xmlsec1 (line at 1); dark mark: the goal</text>`,
    ...ticks,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
