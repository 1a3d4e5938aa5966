import { sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noteKeyId } from '../../adapters/trust/checkpointKey.ts';
import { checkEvidence, type Evidence, type EvidenceRecord } from '../../client/checkEvidence.ts';
import { deliveryIdOf } from '../../core/contract/derivedIds.ts';
import { signedNote } from '../../core/prove/checkpoint.ts';
import { proofText } from '../../core/prove/proof.ts';
import { aDispatch, RECIPIENT } from '../adapters/aws/records.ts';
import { AXIS, anIssuer, NOW, ProvenLog, receiptOf, recordOf } from './provenLog.ts';

const issuer = await anIssuer();
const stranger = await anIssuer();
const jwk = issuer.publicKey.export({ format: 'jwk' });

const [dispatch, other] = [aDispatch(NOW), aDispatch(NOW)];
const deliveryId = deliveryIdOf(dispatch.dispatchId, RECIPIENT);
const later = { at: NOW, by: 'axis', from: 'accepted', to: 'dispatched' };
// In the log below the steps of the dispatch stand at 1, 2 and 3, those of the delivery at 4 and 5.
const second = { n: 2, prev: 1, entry: { ev: 'x-dispatched', ...later } };
const third = { n: 3, prev: 2, entry: { ev: 'x-erased', ...later } };
const consigned = { ev: 'ContentConsignment', at: NOW, by: 'axis', from: 'none', to: 'queued' };
const handedOver = { ev: 'ContentHandover', at: NOW, by: 'system:ministry', from: 'queued', to: 'acknowledged' };

const sent = [
  receiptOf(dispatch, issuer),
  recordOf(dispatch, second, issuer),
  recordOf(dispatch, third, issuer),
] as const;
const received = [
  recordOf(dispatch, { n: 1, of: deliveryId, entry: consigned }, issuer),
  recordOf(dispatch, { n: 2, prev: 4, of: deliveryId, entry: handedOver }, issuer),
] as const;
const foreign = [receiptOf(other, issuer), recordOf(other, second, issuer)] as const;
/** True words of the axis that stand where others belong, and words that it never said so. */
const odd = {
  receiptAsSecond: receiptOf(dispatch, issuer, { again: true }),
  acceptanceAsRecord: recordOf(dispatch, { n: 1, entry: dispatch.timeline[0]! }, issuer),
  rebuilt: receiptOf(dispatch, issuer, { accepted: '2026-01-02T03:04:05.678Z' }),
  byStranger: recordOf(dispatch, second, stranger),
  ofOtherLife: recordOf(dispatch, { ...second, prev: 0 }, issuer),
  withoutPlace: recordOf(dispatch, { n: 2, entry: second.entry }, issuer),
  withoutEvent: recordOf(dispatch, second, issuer, ({ event: _, ...payload }) => payload),
  ofOtherDispatch: recordOf(dispatch, second, issuer, (payload) => ({ ...payload, dispatch: other.dispatchId })),
  ofOtherAxis: recordOf(dispatch, second, issuer, (payload) => ({ ...payload, axis: 'other.example' })),
};
const log = new ProvenLog([foreign[0], ...sent, ...received, foreign[1], ...Object.values(odd)], issuer);

const ofDispatch: Evidence = {
  of: dispatch.dispatchId,
  dispatchId: dispatch.dispatchId,
  records: await log.evidenceOf(sent),
  waiting: 0,
};
const ofDelivery: Evidence = { ...ofDispatch, of: deliveryId, records: await log.evidenceOf(received) };

/** The evidence of the dispatch with other records in some places, each proved as well as it can be. */
async function withRecords(records: readonly string[]): Promise<Evidence> {
  return { ...ofDispatch, records: await log.evidenceOf(records) };
}

/** The evidence of the dispatch with its second record changed. */
async function withSecond(
  change: (record: EvidenceRecord) => Partial<EvidenceRecord> | Promise<Partial<EvidenceRecord>>,
): Promise<Evidence> {
  const [first, record, ...more] = ofDispatch.records;
  if (!first || !record) throw new Error('there is no second record');
  return { ...ofDispatch, records: [first, { ...record, ...(await change(record)) }, ...more] };
}

/** The same, under another checkpoint. */
const underNote = async (note: string): Promise<Evidence> => ({
  ...ofDispatch,
  records: await Promise.all(
    ofDispatch.records.map(async (record) => ({ ...record, proof: await log.proof(record.index, note) })),
  ),
});

const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
};

describe('evidence that holds', () => {
  test('tells every step of a dispatch, the first by its receipt', () => {
    const at = new Date(NOW).toISOString();
    const verdict = checkEvidence(ofDispatch, jwk);
    expect(verdict).toEqual({
      ok: true,
      steps: [
        { n: 1, ev: 'SubmissionAcceptance', at },
        { ...second.entry, n: 2, at },
        { ...third.entry, n: 3, at },
      ].map((step, place) => ({
        ...step,
        payload: expect.objectContaining({ axis: AXIS }),
        log: { origin: 'axis.example/log', size: 16, index: place + 1 },
      })),
    });
  });

  test('tells every step of a delivery', () => {
    const steps = [{ ev: 'ContentConsignment' }, { ev: 'ContentHandover', by: 'system:ministry', to: 'acknowledged' }];
    expect(checkEvidence(ofDelivery, jwk)).toMatchObject({ ok: true, steps });
  });

  test('tells of a receipt that was rebuilt when the axis accepted', async () => {
    const at = '2026-01-02T03:04:05.678Z';
    expect(checkEvidence(await withRecords([odd.rebuilt]), jwk)).toMatchObject({ ok: true, steps: [{ at }] });
  });

  test('tells nothing as long as nothing is logged', () => {
    expect(checkEvidence({ ...ofDispatch, records: [], waiting: 3 }, jwk)).toEqual({ ok: true, steps: [] });
  });

  test('may be signed by others as well', async () => {
    const { signature, keyId } = { signature: Buffer.alloc(70, 1), keyId: Buffer.alloc(4, 1) };
    const others = [
      signedNote('', { name: 'witness.example', keyId, signature }),
      signedNote('', { name: 'axis.example/log', keyId, signature }),
    ];
    const note = log.note() + others.map((one) => one.trimStart()).join('');
    expect(checkEvidence(await underNote(note), jwk)).toMatchObject({ ok: true });
  });

  test('of a log with one entry needs no path', async () => {
    const alone = new ProvenLog([sent[0]], issuer);
    const evidence = { ...ofDispatch, records: await alone.evidenceOf([sent[0]]) };
    expect(checkEvidence(evidence, jwk)).toMatchObject({ ok: true, steps: [{ log: { size: 1, index: 0 } }] });
  });
});

const note = log.note();
const text = note.slice(0, note.indexOf('\n\n') + 1);
const twice = (signature: Buffer): string =>
  note + signedNote('', { name: 'axis.example/log', keyId: noteKeyId(issuer.publicKey), signature }).trimStart();
const root = Buffer.from(text.split('\n')[2] ?? '', 'base64');

describe('evidence is refused by name', () => {
  test.each<[code: string, n: number, what: string, evidence: () => Evidence | Promise<Evidence>]>([
    ['record-invalid', 2, 'a record of another axis', () => withRecords([sent[0], odd.byStranger])],
    ['record-invalid', 2, 'another certificate', () => withSecond(() => certificateOf(stranger.instance.certificate))],
    ['record-invalid', 2, 'no certificate', () => withSecond(() => ({ certificate: '' }))],
    ['record-invalid', 2, 'a record that is none', () => withSecond(() => ({ record: 'a.b.c' }))],
    ['record-invalid', 2, 'a signature cut short', () => withSecond(({ record }) => ({ record: record.slice(0, -4) }))],
    ['record-invalid', 2, 'a receipt for the second step', () => withRecords([sent[0], odd.receiptAsSecond])],
    ['record-invalid', 1, 'a record for the acceptance', () => withRecords([odd.acceptanceAsRecord, sent[1]])],
    ['record-invalid', 1, 'no acceptance', () => withRecords([sent[1], sent[2]])],
    ['record-invalid', 1, 'a receipt for a delivery', () => ({ ...ofDispatch, of: deliveryId })],
    ['other-step', 2, 'the step after it', () => withRecords([sent[0], sent[2]])],
    ['other-step', 3, 'a step twice', () => withRecords([sent[0], sent[1], sent[1]])],
    ['other-step', 2, 'steps in another order', () => withRecords([sent[0], sent[2], sent[1]])],
    ['other-step', 1, 'no first step of a delivery', () => ({ ...ofDelivery, records: ofDelivery.records.slice(1) })],
    ['other-step', 1, 'the receipt of another dispatch', () => withRecords([foreign[0], sent[1]])],
    ['other-step', 2, 'a step of another dispatch', () => withRecords([sent[0], foreign[1]])],
    ['other-step', 2, 'a step of a delivery', () => withRecords([sent[0], received[1]])],
    [
      'other-step',
      1,
      'a delivery that is another',
      () => ({ ...ofDelivery, of: deliveryIdOf(other.dispatchId, RECIPIENT) }),
    ],
    ['other-step', 1, 'a delivery of another dispatch', () => ({ ...ofDelivery, dispatchId: other.dispatchId })],
    ['other-step', 2, 'a step that names another dispatch', () => withRecords([sent[0], odd.ofOtherDispatch])],
    ['other-step', 2, 'a step after another life', () => withRecords([sent[0], odd.ofOtherLife])],
    ['other-step', 2, 'a step after none', () => withRecords([sent[0], odd.withoutPlace])],
    ['other-step', 2, 'a record without an event', () => withRecords([sent[0], odd.withoutEvent])],
    ['proof-malformed', 2, 'the proof of another entry', () => withSecond(async () => ({ proof: await log.proof(3) }))],
    ['proof-malformed', 2, 'another place', () => withSecond(({ index }) => ({ index: index + 1 }))],
    ['proof-malformed', 2, 'no last newline', () => withSecond(({ proof }) => ({ proof: proof.slice(0, -1) }))],
    ['proof-malformed', 2, 'no proof', () => withSecond(() => ({ proof: '' }))],
    ['proof-malformed', 2, 'a checkpoint alone', () => withSecond(() => ({ proof: note }))],
    ['checkpoint-invalid', 1, 'the log of another axis', () => underNote(log.note({ origin: 'other.example/log' }))],
    [
      'checkpoint-invalid',
      1,
      'another log under the name of this one',
      () => underNote(log.note({ origin: 'other.example/log', name: 'axis.example/log' })),
    ],
    ['checkpoint-invalid', 2, 'a record that names another axis', () => withRecords([sent[0], odd.ofOtherAxis])],
    [
      'checkpoint-invalid',
      1,
      'a signature under another name',
      () => underNote(log.note({ name: 'other.example/log' })),
    ],
    ['checkpoint-invalid', 1, 'another key', () => underNote(log.note({ key: stranger.privateKey }))],
    ['checkpoint-invalid', 1, 'another key id', () => underNote(log.note({ keyId: noteKeyId(stranger.publicKey) }))],
    [
      'checkpoint-invalid',
      1,
      'another root',
      () => underNote(note.replace(/\n[^\n]+=\n/, `\n${Buffer.alloc(32).toString('base64')}\n`)),
    ],
    ['checkpoint-invalid', 1, 'another size', () => underNote(note.replace('\n16\n', '\n17\n'))],
    ['checkpoint-invalid', 1, 'a line more', () => underNote(note.replace('\n\n', '\nmore\n\n'))],
    [
      'checkpoint-invalid',
      1,
      'a second signature of the key that does not hold',
      () => underNote(twice(Buffer.alloc(70, 1))),
    ],
    [
      'checkpoint-invalid',
      2,
      'a second checkpoint, of the same size and signed as well',
      () => withSecond(async ({ index }) => ({ proof: await log.proof(index, log.note({ root: flipped(root, 31) })) })),
    ],
    [
      'not-in-log',
      2,
      'the place and the proof of another entry',
      () => withSecond(async () => ({ index: 3, proof: await log.proof(3) })),
    ],
    [
      'not-in-log',
      1,
      'a root that the axis signed and no path leads to',
      () => underNote(log.note({ root: flipped(root, 31) })),
    ],
    ['not-in-log', 1, 'a log that ends before it', () => underNote(log.note({ size: 2 }))],
    ['not-in-log', 1, 'a log that is much larger', () => underNote(log.note({ size: 1000 }))],
    ['not-in-log', 2, 'a path without its last hash', () => withPath((path) => path.slice(0, -1))],
    ['not-in-log', 2, 'a path with a hash more', () => withPath((path) => [...path, root])],
    ['not-in-log', 2, 'a path in the other order', () => withPath((path) => path.toReversed())],
  ])('%s at %i: %s', async (code, n, _, evidence) => {
    expect(checkEvidence(await evidence(), jwk)).toMatchObject({ ok: false, code, n, message: expect.any(String) });
  });

  test('record-invalid: everything, to whom another axis is known', () => {
    const known = stranger.publicKey.export({ format: 'jwk' });
    expect(checkEvidence(ofDispatch, known)).toMatchObject({ ok: false, n: 1, code: 'record-invalid' });
  });

  test('not-in-log: a flipped bit anywhere in the path', async () => {
    const { length } = await log.path(2);
    for (let at = 0; at < length; at++)
      for (const octet of [0, 17, 31]) {
        const evidence = await withPath((path) => path.with(at, flipped(path[at]!, octet)));
        expect(checkEvidence(evidence, jwk)).toMatchObject({ ok: false, code: 'not-in-log' });
      }
  });

  test('checkpoint-invalid: a flipped bit anywhere in its signature', async () => {
    const signature = sign('sha256', Buffer.from(text), issuer.privateKey);
    const keyId = noteKeyId(issuer.publicKey);
    for (let at = 0; at < signature.length; at++) {
      const changed = signedNote(text, { name: 'axis.example/log', keyId, signature: flipped(signature, at) });
      const verdict = checkEvidence(await underNote(changed), jwk);
      expect(verdict, `octet ${at}`).toMatchObject({ ok: false, code: 'checkpoint-invalid' });
    }
  });
});

function certificateOf(certificate: Buffer): Partial<EvidenceRecord> {
  return { certificate: certificate.toString('base64') };
}

function withPath(change: (path: readonly Buffer[]) => readonly Buffer[]): Promise<Evidence> {
  return withSecond(async ({ index }) => ({ proof: proofText({ index, path: change(await log.path(index)), note }) }));
}

describe('whatever it is given', () => {
  const key = fc.constantFrom<'record' | 'proof'>('record', 'proof');

  test('any changed character refuses it', async () => {
    const change = fc.record({ key, at: fc.nat(), to: fc.string({ minLength: 1, maxLength: 1 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ key: which, at, to }) => {
        const evidence = await withSecond((record) => {
          const place = at % record[which].length;
          return { [which]: record[which].slice(0, place) + to + record[which].slice(place + 1) };
        });
        const isSame = evidence.records[1]?.[which] === ofDispatch.records[1]?.[which];
        expect(checkEvidence(evidence, jwk).ok).toBe(isSame);
      }),
      { numRuns: 300 },
    );
  });

  test('it throws nothing', () => {
    const garbage = fc.record({
      record: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...sent)),
      certificate: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.base64String(),
        fc.constant(ofDispatch.records[0]!.certificate),
      ),
      proof: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(ofDispatch.records[0]!.proof)),
      index: fc.oneof(fc.double(), fc.constantFrom(0, 1, 2)),
      n: fc.double(),
    });
    const evidence = fc.record({
      of: fc.oneof(fc.string(), fc.constant<string>(dispatch.dispatchId)),
      dispatchId: fc.oneof(fc.string(), fc.constant<string>(dispatch.dispatchId)),
      records: fc.array(garbage, { minLength: 1, maxLength: 3 }),
      waiting: fc.double(),
    });
    fc.assert(
      fc.property(evidence, (given) => {
        const verdict = checkEvidence(given, jwk);
        return verdict.ok ? verdict.steps.length === given.records.length : verdict.n <= given.records.length;
      }),
      { numRuns: 500 },
    );
  });
});
