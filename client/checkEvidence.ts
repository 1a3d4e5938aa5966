import { createPublicKey } from 'node:crypto';
import * as z from 'zod/mini';
import { isNoteSignedBy } from '../adapters/trust/checkpointKey.ts';
import { EVIDENCE_TYPE, RECEIPT_TYPE, type StatementType, verifyReceipt } from '../adapters/trust/receipt.ts';
import type { AnswerOf } from '../core/contract/answers.ts';
import { originOf } from '../core/prove/checkpoint.ts';
import { entryOf } from '../core/prove/evidence.ts';
import { parseProof } from '../core/prove/proof.ts';
import { leafHashOf, rootByPath } from '../core/prove/tree.ts';
import type { ReceiptIssuerJwk } from './checkReceipt.ts';

/** Steps of a timeline with their proofs, as the axis hands them out. */
export type Evidence = AnswerOf<'dispatchEvidence'>;
/** One step: its record, the certificate that verifies it, and the proof that it stands in the log. */
export type EvidenceRecord = Evidence['records'][number];

/** One step that the axis signed and logged. */
export interface ProvenStep {
  readonly n: number;
  /** Event name: ETSI EN 319 522-1 clause 8, else `x-`. */
  readonly ev: string;
  /** When it happened, as the axis said it; ISO 8601, UTC. */
  readonly at: string;
  /** Who caused it: `system:ID`, `axis` or `operator:NAME`. */
  readonly by?: string;
  readonly from?: string;
  readonly to?: string;
  /** The whole payload of the record. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The log, and its size at the checkpoint that covers the step. */
  readonly log: { readonly origin: string; readonly size: number; readonly index: number };
}

/** Why evidence proves nothing; closed. */
export type EvidenceFailure =
  /** The record's signature or certificate does not hold; `message` says why. */
  | 'record-invalid'
  /** It is about something else, or not the step that it says it is. */
  | 'other-step'
  | 'proof-malformed'
  /** The checkpoint is not signed by the axis's receipt issuer, or is that of another log. */
  | 'checkpoint-invalid'
  /** The proof does not lead from this record to that checkpoint. */
  | 'not-in-log';

/** Steps that are proved, or the first that is not and why. */
export type EvidenceVerdict =
  | { readonly ok: true; readonly steps: readonly ProvenStep[] }
  | { readonly ok: false; readonly n: number; readonly code: EvidenceFailure; readonly message: string };

const EVENT = z.object({
  n: z.number(),
  ev: z.string(),
  at: z.string(),
  by: z.string(),
  from: z.string(),
  to: z.string(),
});
const PAYLOAD = z.object({
  of: z.string(),
  dispatch: z.string(),
  axis: z.string(),
  event: EVENT,
  prev: z.optional(z.number()),
});
const RECEIPT = z.object({
  id: z.string(),
  ev: z.string(),
  at: z.string(),
  accepted: z.optional(z.string()),
  axis: z.string(),
});

/**
 * Checks evidence without network or clock: each record is signed by the axis, is the step that it says it is, and stands in the log under
 * a checkpoint that the axis signed. What the log holds beside it is not looked at: who watches the log sees whether it ever forgets.
 *
 * @param issuer from a source that you trust, best kept from the day when your system was connected.
 * @throws TypeError if the issuer is not a usable public key.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, checkEvidence, readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * const { dispatchId } = await client.submit(await signDocument(await readFile('letter.edxml'), profile));
 * // Steps are logged some four minutes after they happened; until then they wait.
 * const evidence = await client.dispatchEvidence(dispatchId);
 * const verdict = checkEvidence(evidence, profile.receiptIssuer);
 * if (!verdict.ok) throw new Error(`step ${verdict.n}: ${verdict.message}`);
 * for (const { n, ev, at } of verdict.steps) console.log(n, ev, at);
 * console.log(evidence.waiting, 'steps wait');
 */
export function checkEvidence(evidence: Evidence, issuer: ReceiptIssuerJwk): EvidenceVerdict {
  const issuerKey = createPublicKey({ key: { ...issuer }, format: 'jwk' });
  const steps: ProvenStep[] = [];
  for (const [at, record] of evidence.records.entries()) {
    const step = checkRecord(record, { evidence, n: at + 1, issuerKey });
    if (!('ev' in step)) return { ok: false, n: at + 1, ...step };
    steps.push(step);
  }
  return { ok: true, steps };
}

type Failure = { readonly code: EvidenceFailure; readonly message: string };
type About = {
  readonly evidence: Evidence;
  readonly n: number;
  readonly issuerKey: ReturnType<typeof createPublicKey>;
};

function checkRecord(record: EvidenceRecord, about: About): ProvenStep | Failure {
  const type = isAcceptance(about) ? RECEIPT_TYPE : EVIDENCE_TYPE;
  const verdict = verifyReceipt({
    jws: record.record,
    certificate: Buffer.from(record.certificate, 'base64'),
    issuerKey: about.issuerKey,
    type,
  });
  if (!verdict.ok) return { code: 'record-invalid', message: verdict.message };
  const said = stepOf(verdict.payload, type, about);
  if (!said || record.n !== about.n)
    return { code: 'other-step', message: `it is not step ${about.n} of ${about.evidence.of}` };
  const { axis, ...step } = said;
  const log = checkProof(record, axis, about);
  return 'code' in log ? log : { ...step, payload: verdict.payload, log };
}

/** The acceptance of a dispatch is proved by the receipt itself, and by nothing else. */
const isAcceptance = ({ evidence, n }: About): boolean => n === 1 && evidence.of === evidence.dispatchId;

function stepOf(
  payload: object,
  type: StatementType,
  { evidence, n }: About,
): (Omit<ProvenStep, 'payload' | 'log'> & { readonly axis: string }) | undefined {
  if (type === RECEIPT_TYPE) {
    const receipt = RECEIPT.safeParse(payload);
    if (!receipt.success || receipt.data.id !== evidence.of) return undefined;
    const { ev, at, accepted, axis } = receipt.data;
    return { n, ev, at: accepted ?? at, axis };
  }
  const said = PAYLOAD.safeParse(payload);
  if (!said.success) return undefined;
  const { of, dispatch, axis, event, prev } = said.data;
  const isStep = of === evidence.of && dispatch === evidence.dispatchId && event.n === n;
  // Each step names the place of the one before: steps of two lives, such as before and after a restore, make no third one.
  return isStep && prev === evidence.records[n - 2]?.index ? { ...event, axis } : undefined;
}

function checkProof(
  { record, index, proof }: EvidenceRecord,
  axis: string,
  { evidence, issuerKey }: About,
): ProvenStep['log'] | Failure {
  const parsed = parseProof(proof);
  if (!parsed || parsed.index !== index) return { code: 'proof-malformed', message: 'it is no proof of this entry' };
  // Two checkpoints in one answer would have to be held against each other: an axis hands out one.
  if (parsed.signed.text !== parseProof(evidence.records[0]?.proof ?? '')?.signed.text)
    return { code: 'checkpoint-invalid', message: 'its checkpoint is another one than that of the first step' };
  const { checkpoint } = parsed.signed;
  const origin = originOf(axis);
  if (checkpoint.origin !== origin || !isNoteSignedBy(parsed.signed, origin, issuerKey))
    return { code: 'checkpoint-invalid', message: `its checkpoint is not one that ${origin} signed` };
  const leaf = leafHashOf(entryOf(record));
  const root = rootByPath({ index, size: checkpoint.size }, leaf, parsed.path);
  if (!root?.equals(checkpoint.root))
    return { code: 'not-in-log', message: `the record is not entry ${index} of the log` };
  return { origin, size: checkpoint.size, index };
}
