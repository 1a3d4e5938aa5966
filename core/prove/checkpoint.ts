/** A log's signed head (C2SP tlog-checkpoint v1.0.0), a signed note (C2SP signed-note v1.0.0). */

export interface Checkpoint {
  /** Which log: the axis's id and `/log`. */
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  readonly root: Buffer;
}

export interface NoteSignature {
  readonly name: string;
  /** First four octets of the SHA-256 of the public key (SubjectPublicKeyInfo, DER), as is usual for ECDSA. */
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** What the signatures cover. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Characters of a note that is looked at, and signatures in it. */
const NOTE_CHARS = 65_536;
const NOTE_SIGNATURES = 16;
const KEY_ID_BYTES = 4;
const DASH = '\u2014 ';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const originOf = (axis: string): string => `${axis}/log`;

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

export const signedNote = (text: string, { name, keyId, signature }: NoteSignature): string =>
  `${text}\n${DASH}${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;

/** Octets of base64 as its standard writes them (RFC 4648 section 4, padded), else undefined. */
export const fromBase64 = (text: string): Buffer | undefined => {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/** Reads a signed checkpoint; undefined where it is none. Its signatures are not checked. */
export function parseCheckpoint(note: string): SignedCheckpoint | undefined {
  if (note.length > NOTE_CHARS) return undefined;
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  const hash = fromBase64(root);
  if (origin === '' || !/^(?:0|[1-9]\d{0,15})$/.test(size) || hash?.length !== 32) return undefined;
  if (!Number.isSafeInteger(Number(size)) || extensions.some((line) => line === '')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map(parseSignature);
  if (lines.length > NOTE_SIGNATURES || !signatures.every((line) => line !== undefined)) return undefined;
  return { checkpoint: { origin, size: Number(size), root: hash }, text, signatures };
}

function parseSignature(line: string): NoteSignature | undefined {
  if (!line.startsWith(DASH)) return undefined;
  const [name = '', base64 = '', ...more] = line.slice(DASH.length).split(' ');
  const bytes = fromBase64(base64);
  if (name === '' || !bytes || bytes.length <= KEY_ID_BYTES || more.length > 0) return undefined;
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}
