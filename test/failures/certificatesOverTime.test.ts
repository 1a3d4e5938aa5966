import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { IndexedCertificates } from '../../adapters/aws/certificateListing.ts';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import { expiringCertificates } from '../../core/walk/expiringCertificates.ts';
import type { Issued } from '../../world/certificates.ts';
import { sampleDocument } from '../../world/documents.ts';
import { openTestAuthority, type TestAuthority } from '../kit/authority.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { refusalOf } from '../kit/outcomes.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

let town: TestAxis;
let authority: TestAuthority;
beforeAll(async () => {
  town = await startTestAxis();
  authority = await openTestAuthority(town);
});
afterAll(() => town?.stop());

const [HOUR, DAY] = [3_600_000, 86_400_000];
const CODE = 'X91.05';
let number = 500;
function letter(): Buffer {
  number += 1;
  return sampleDocument({ from: CODE, to: ['X92'], number, date: '2026/03/02', subject: 'Theo thời gian' });
}
const signedBy = (signer: Issued) => authority.sign(letter(), signer);
const failedChecks = async (call: Promise<unknown>) =>
  (await refusalOf(call)).report?.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

async function retire(signer: Issued, until?: number): Promise<void> {
  const path = { agencyId: await agencyIdOf(town, CODE), thumbprint: thumbprintOf(signer.certificate) };
  const moment = until === undefined ? {} : { until: new Date(town.axis.clock.now() + until).toISOString() };
  await town.operator.call('retireCertificate', { path, body: { ...moment, reason: 'đổi khóa' } });
}

describe('13: a certificate that is not valid at the time of receipt', () => {
  test('one of tomorrow and one of yesterday are refused, whatever date the document bears', async () => {
    const tomorrow = await authority.enrol(CODE, { from: DAY, until: 2 * DAY });
    const yesterday = await authority.enrol(CODE, { from: -2 * DAY, until: -DAY });
    expect(await failedChecks(town.submit(await signedBy(tomorrow)))).toEqual(['certificate-validity']);
    expect(await failedChecks(town.submit(await signedBy(yesterday)))).toEqual(['certificate-validity']);
    await retire(tomorrow);
    await retire(yesterday);
  });

  test('one that expires between acceptance and delivery: what was accepted is delivered and holds as of then', async () => {
    const short = await authority.enrol(CODE, { from: -HOUR, until: HOUR });
    const bytes = await signedBy(short);
    const { dispatchId, report } = await town.submit(bytes);
    await town.settle();
    town.advance(2 * HOUR);
    expect(await failedChecks(town.submit(await signedBy(short)))).toEqual(['certificate-validity']);
    const { deliveries } = await town.clients['bo-minh-hoa'].receive();
    const delivery = deliveries.find((one) => one.dispatchId === dispatchId);
    expect(delivery).toBeDefined();
    expect((await town.clients['bo-minh-hoa'].dispatch(dispatchId)).report).toEqual(report);
    // The very same bytes again get the first receipt: nothing is judged anew.
    expect((await town.submit(bytes)).outcome).toBe('again');
    await retire(short);
  });
});

describe('17: a signer changes its key', () => {
  test('both count during the overlap, the old one no more after it, and what was accepted before stays', async () => {
    const old = await authority.enrol(CODE, { from: -DAY, until: 300 * DAY });
    const fresh = await authority.enrol(CODE, { from: -HOUR, until: 400 * DAY });
    await retire(old, 6 * HOUR);
    const inFlight = await signedBy(old);
    const before = await town.submit(await signedBy(old));
    expect((await town.submit(await signedBy(fresh))).outcome).toBe('accepted');
    // Signed by the old key, and received while it still counts.
    town.advance(5 * HOUR);
    expect((await town.submit(inFlight)).outcome).toBe('accepted');
    const late = await signedBy(old);
    town.advance(2 * HOUR);
    const refusal = await refusalOf(town.submit(late));
    expect(refusal.code).toBe('certificate-not-registered');
    expect(refusal.report?.checks.find(({ verdict }) => verdict === 'fail')?.reason).toContain('retired');
    expect((await town.submit(await signedBy(fresh))).outcome).toBe('accepted');
    expect((await town.clients['bo-minh-hoa'].dispatch(before.dispatchId)).report).toEqual(before.report);
  });
});

describe('certificates that expire', () => {
  const look = () => {
    const table = outputOf(town.axis, 'RegistryTable');
    const { dynamo } = town.stores;
    const { clock } = town.axis;
    return expiringCertificates({
      clock,
      directory: new CachedDirectory(dynamo, table, clock),
      listing: new IndexedCertificates(dynamo, table),
    });
  };

  test('are counted by the days that are left; urgent is what nothing replaces, and what retires is nobody’s worry', async () => {
    const before = await look();
    const short = await authority.enrol('X92.03', { from: -HOUR, until: 5 * DAY });
    await authority.enrol('X91.04', { from: -HOUR, until: 20 * DAY });
    await authority.enrol('X92', { from: -HOUR, until: 50 * DAY });
    const after = await look();
    expect(after.within[7] - before.within[7]).toBe(1);
    expect(after.within[30] - before.within[30]).toBe(2);
    expect(after.within[60] - before.within[60]).toBe(3);
    // Its agency has another one that lasts.
    expect(after.urgent).toEqual([]);
    const agencyId = await agencyIdOf(town, 'X92.03');
    const { certificates } = await town.operator.call('showAgency', { path: { agencyId } });
    const other = certificates.find((one) => one !== thumbprintOf(short.certificate)) ?? '';
    const path = { agencyId, thumbprint: other };
    await town.operator.call('retireCertificate', { path, body: { reason: 'đổi khóa' } });
    const thumbprint = thumbprintOf(short.certificate);
    expect((await look()).urgent).toMatchObject([{ agency: 'X92.03', thumbprint }]);
    await town.operator.call('retireCertificate', { path: { agencyId, thumbprint }, body: { reason: 'đổi khóa' } });
    expect(await look()).toMatchObject({ urgent: [], within: { 7: before.within[7] } });
  });
});
