import type { KeyObject } from 'node:crypto';
import { signEdxml } from '../../../adapters/trust/signEdxml.ts';
import { createEngine, type OpenedMessage } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { createAuthorities, issueSigner } from '../../../world/authorities.ts';
import { attackFile, loadAttackSet } from '../../attacks/attackTable.ts';
import { FRAGMENTS, mutate, splice } from './fuzz.ts';
import { engineOctets, isWellFormed, oracleOctets } from './oracle.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';
import { P256, RSA, signDocument } from './signDocument.ts';

/** Gives a whole number below its argument; the same seed gives the same numbers. */
export type Random = (below: number) => number;

/** What became of the documents of a campaign. */
export interface Tally {
  documents: number;
  /** Outside the profile. */
  refused: number;
  /** Signature or digest did not hold. */
  mismatch: number;
  /** Canonicalised, with libxml2's octets. */
  equal: number;
  /** Altered, and still verified: with the octets and fields that were signed. */
  alteredAndValid: number;
  /** Base64 of documents that verified although they say something else than what was signed. */
  readonly wrongAccepts: string[];
  /** Base64 of documents with other octets than libxml2's, or that libxml2 calls malformed. */
  readonly wrongOctets: string[];
}

export function emptyTally(): Tally {
  return {
    ...{ documents: 0, refused: 0, mismatch: 0, equal: 0, alteredAndValid: 0 },
    wrongAccepts: [],
    wrongOctets: [],
  };
}

/** Makes one altered document and judges it. */
export type Campaign = (random: Random, tally: Tally) => void;

/** Unsigned documents, altered anywhere: octets are compared with libxml2's, both ways of canonicalising. */
export function unsignedCampaign(): Campaign {
  const originals = [...loadAttackSet().cases.map(({ file }) => attackFile(file)), ...SAMPLE_NAMES.map(sample)].filter(
    (bytes) => bytes.length < 20_000 && !bytes.includes('<!') && !bytes.subarray(40).includes('<?'),
  );
  return (random, tally) => {
    const bytes = mutate(originals[random(originals.length)]!, random);
    tally.documents++;
    for (const inclusive of [false, true]) {
      const octets = engineOctets(bytes, { inclusive });
      if (octets === null) {
        tally.refused++;
        // What is refused in one way of canonicalising is refused in the other: the scan is the same.
        return;
      }
      const expected = oracleOctets(bytes, { inclusive });
      const wrong = expected === null ? isWellFormed(bytes) === 'no' : !expected.equals(octets);
      if (wrong) tally.wrongOctets.push(bytes.toString('base64'));
      else tally.equal++;
    }
  };
}

/** A signed document, and what is known of it. */
export interface SignedOriginal {
  readonly bytes: Buffer;
  readonly key: KeyObject;
  readonly octets: Buffer;
  readonly fields: string;
}

const engine = createEngine();

const SIGNED_AT = new Date('2026-11-22T00:00:00Z');

/** The samples, signed by turns bare with RSA, bare with P-256, and as XAdES with certificates. */
export async function signedOriginals(): Promise<readonly SignedOriginal[]> {
  const authorities = await createAuthorities(SIGNED_AT);
  const signer = await issueSigner(authorities, { code: 'X91', name: 'Mẫu', key: 'p-256', at: SIGNED_AT });
  const ways = [
    (document: Buffer) => signDocument(document, { key: RSA.privateKey }),
    (document: Buffer) => signDocument(document, { key: P256.privateKey, family: 'ecdsa' }),
    (document: Buffer) =>
      signEdxml(document, { key: signer.privateKey, certificates: signer.chain, xades: { at: SIGNED_AT } }),
  ];
  const keys = [RSA.publicKey, P256.publicKey, signer.publicKey];
  const names = SAMPLE_NAMES.filter((name) => !name.includes('signed'));
  return Promise.all(
    names.map(async (name, k) => {
      const bytes = await ways[k % ways.length]!(sample(name));
      const octets = oracleOctets(bytes, { inclusive: false, withoutSignature: true });
      if (octets === null) throw new Error(`libxml2 does not take the sample ${name}`);
      return { bytes, key: keys[k % keys.length]!, octets, fields: fieldsOf(engine.open(bytes)) };
    }),
  );
}

/** Signed documents, altered as they might be without changing what they say. */
export function signedCampaign(originals: readonly SignedOriginal[]): Campaign {
  return (random, tally) => {
    const original = originals[random(originals.length)]!;
    judge(original, respell(original.bytes, random), tally);
  };
}

/** Signed documents with one byte changed, whichever it is. */
export function singleByteCampaign(originals: readonly SignedOriginal[]): Campaign {
  return (random, tally) => {
    const original = originals[random(originals.length)]!;
    const bytes = Buffer.from(original.bytes);
    const place = random(bytes.length);
    // Half of the time any byte, which mostly is no UTF-8; else one that can stand in a document.
    const other = random(2) === 0 ? random(256) : 0x20 + random(0x5f);
    bytes[place] = other === bytes[place] ? other ^ 1 : other;
    judge(original, bytes, tally);
  };
}

/** Counts a document that was made from a signed one; true when it verified. */
export function judge(original: SignedOriginal, bytes: Buffer, tally: Tally): boolean {
  tally.documents++;
  try {
    const opened = engine.open(bytes);
    if (!opened.verify(original.key).ok) {
      tally.mismatch++;
      return false;
    }
    if (bytes.equals(original.bytes)) return true;
    tally.alteredAndValid++;
    const octets = oracleOctets(bytes, { inclusive: false, withoutSignature: true });
    const known = octets !== null || isWellFormed(bytes) === 'other rule';
    const same = octets === null || original.octets.equals(octets);
    if (!known || !same || fieldsOf(opened) !== original.fields) tally.wrongAccepts.push(bytes.toString('base64'));
    return true;
  } catch (error) {
    if (!(error instanceof XmlRefusal)) throw error;
    tally.refused++;
    return false;
  }
}

/** All that is read from a document and covered by its signature. */
function fieldsOf({ message, attachments, signature }: OpenedMessage): string {
  const placeless = attachments.map((attachment) => ({ ...attachment, from: 0, to: 0 }));
  const { certificateDigest, signingTime } = signature?.xades ?? {};
  return JSON.stringify([message, placeless, certificateDigest, signingTime]);
}

/** Changes of the kind that may leave the canonical form alone: quotes, white space, references, declarations. */
export function respell(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let left = 1 + random(2); left > 0; left--) {
    const start = random(bytes.length);
    const mark = bytes.indexOf('< >="/'[random(6)]!, start);
    const place = random(3) === 0 || mark < 0 ? start : Math.min(mark + random(2), bytes.length - 1);
    const byte = bytes[place]!;
    const kind = random(4);
    if (kind === 0) bytes[place] = byte === 0x22 ? 0x27 : byte === 0x20 ? 9 + random(2) : random(256);
    else if (kind === 1) bytes = splice(bytes, place, 1, Buffer.alloc(0));
    else if (kind === 2 && byte > 0x20 && byte < 0x7f) bytes = splice(bytes, place, 1, Buffer.from(`&#${byte};`));
    else bytes = splice(bytes, place, 0, FRAGMENTS[random(FRAGMENTS.length)]!);
  }
  return bytes;
}
