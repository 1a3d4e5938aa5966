import { fromBase64, parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';

/** That an entry stands in a log, for whoever is offline (C2SP tlog-proof). */
export interface LogProof {
  readonly index: number;
  /** From the leaf to the root. */
  readonly path: readonly Buffer[];
  /** The signed checkpoint as the log wrote it. */
  readonly note: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A log of 2⁵³ entries has no longer path. */
const PATH_HASHES = 53;

export const proofText = ({ index, path, note }: LogProof): string =>
  [HEADER, `index ${index}`, ...path.map((hash) => hash.toString('base64')), '', note].join('\n');

/** Reads a proof; undefined where it is none. */
export function parseProof(
  text: string,
): (Pick<LogProof, 'index' | 'path'> & { readonly signed: SignedCheckpoint }) | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const [header, ...lines] = text.slice(0, end).split('\n');
  // What an application may add is nothing that this log writes.
  const index = lines[0]?.match(/^index (0|[1-9]\d{0,15})$/)?.[1];
  const path = lines.slice(1).map(fromBase64);
  const signed = parseCheckpoint(text.slice(end + 2));
  if (header !== HEADER || index === undefined || !signed || path.length > PATH_HASHES) return undefined;
  if (!path.every((hash) => hash?.length === 32)) return undefined;
  return { index: Number(index), path: path.filter((hash) => hash !== undefined), signed };
}
