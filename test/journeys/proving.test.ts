import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEvidence, type Evidence } from '../../client/checkEvidence.ts';
import type { ReceiptIssuerJwk } from '../../client/checkReceipt.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

let town: TestAxis;
let issuer: ReceiptIssuerJwk;
let dispatchId: string;
let deliveryId: string;

const log = (): Promise<unknown> => town.axis.invoke('docaxis-evaluation-log', {});
const minutes = (count: number): void => town.advance(count * 60_000);

beforeAll(async () => {
  town = await startTestAxis({ schedulesOnDemand: true });
  issuer = (await town.clients['bo-minh-hoa'].axis()).receiptIssuer;
  ({ dispatchId } = (await town.submitLetter()).answer);
  await town.settle();
  const recipient = town.clients['bo-minh-hoa'];
  const { deliveries } = await recipient.receive({ max: 1 });
  const [delivery] = deliveries;
  if (!delivery) throw new Error('nothing was received');
  deliveryId = delivery.deliveryId;
  await recipient.acknowledge(deliveryId, {
    leaseToken: delivery.lease.token,
    sha256: delivery.headline.sha256,
  });
}, 60_000);
afterAll(() => town?.stop());

test('what has just happened waits for what may follow soon', async () => {
  await log();
  expect(await town.clients['trung-tam-mau'].dispatchEvidence(dispatchId)).toMatchObject({ records: [], waiting: 2 });
});

describe('once it is logged', () => {
  let sent: Evidence;
  let delivered: Evidence;

  beforeAll(async () => {
    town.advance(LIMITS.log.seconds * 1000);
    await log();
    sent = await town.clients['trung-tam-mau'].dispatchEvidence(dispatchId);
    delivered = await town.clients['bo-minh-hoa'].deliveryEvidence(deliveryId);
  }, 30_000);

  test('the sender proves the acceptance by its receipt, and that every delivery was put', async () => {
    const verdict = checkEvidence(sent, issuer);
    expect(verdict).toMatchObject({ ok: true, steps: [{ n: 1, ev: 'SubmissionAcceptance' }, { n: 2 }] });
    expect(sent.waiting).toBe(0);
    expect(sent.records[0]?.record).toBe((await town.clients['trung-tam-mau'].dispatch(dispatchId)).receipt);
  });

  test('sender and recipient prove the hand-over', async () => {
    const steps = [{ ev: 'ContentConsignment' }, { ev: 'ContentHandover', to: 'acknowledged' }];
    expect(checkEvidence(delivered, issuer)).toMatchObject({ ok: true, steps });
    const again = await town.clients['trung-tam-mau'].deliveryEvidence(deliveryId);
    expect(checkEvidence(again, issuer)).toMatchObject({ ok: true, steps });
  });

  test('nobody else is shown any of it', async () => {
    await expect(town.clients['bo-minh-hoa'].dispatchEvidence(dispatchId)).rejects.toThrow(/dispatch/i);
  });

  test('a further round logs nothing twice', async () => {
    minutes(10);
    await log();
    const again = await town.clients['trung-tam-mau'].dispatchEvidence(dispatchId);
    expect(again.records.map(({ index, record }) => [index, record])).toEqual(
      sent.records.map(({ index, record }) => [index, record]),
    );
  });
});
