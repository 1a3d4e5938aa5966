import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { readPemCertificates } from '../../client/pemCertificates.ts';
import { type Authorities, createAuthorities } from '../../world/authorities.ts';
import { sampleDocument } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { issueTimeStamper, stampTime, type TimeStamper } from '../../world/timeStamps.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const YEAR = 365 * 24 * 60 * 60_000;
let town: TestAxis;
let authorities: Authorities;
let stamper: TimeStamper;

beforeAll(async () => {
  town = await startTestAxis();
  const now = new Date(town.axis.clock.now());
  authorities = await createAuthorities(now);
  stamper = await issueTimeStamper(authorities, now);
  const timeStamps = { anchors: [authorities.root.certificate.toString('base64')] };
  const list = { ...sampleTrust(town.world), timeStamps };
  await town.operator.call('setTrust', { body: { list, reason: 'an authority for time-stamps' } });
});
afterAll(() => town.stop());

let numbers = 700;
/** A letter in XAdES; with a time, stamped by the authority at that time. */
async function letter(more: { readonly stampedAt?: Date; readonly by?: TimeStamper } = {}): Promise<Buffer> {
  const agency = town.world.agencies.find(({ code }) => code === 'X91.04');
  if (!agency) throw new Error('the sample world has no X91.04');
  const { stampedAt, by = stamper } = more;
  numbers += 1;
  const draft = {
    from: 'X91.04',
    to: ['X92'],
    number: numbers,
    date: '2026/03/02',
    subject: 'V/v dấu thời gian',
  } as const;
  const timeStamp = (at: Date) => (digest: Buffer) => Promise.resolve(stampTime(by, { hash: 'sha256', digest, at }));
  return signEdxml(sampleDocument(draft), {
    key: createPrivateKey(agency.signingKey),
    certificates: agency.certificates.flatMap(readPemCertificates),
    xades: { at: new Date(town.axis.clock.now()) },
    ...(stampedAt ? { timeStamp: timeStamp(stampedAt) } : {}),
  });
}

const now = (): Date => new Date(town.axis.clock.now());
const checkOf = (
  report: { checks: readonly { id: string; verdict: string; reason?: string | undefined }[] },
  id: string,
) => report.checks.find((check) => check.id === id);

describe('XAdES through the axis', () => {
  test('22: without a time-stamp, because its authority is down, a B-B signature is judged at the time of receipt', async () => {
    const { outcome, report } = await town.submit(await letter());
    expect(outcome).toBe('accepted');
    expect(checkOf(report, 'signing-certificate')?.verdict).toBe('pass');
    expect(report.timeStamp).toBeUndefined();
    expect(report.claimedTime).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test('with a time-stamp that holds, its time is the validation time, and the report says whose it is', async () => {
    const stampedAt = new Date(Math.floor((town.axis.clock.now() - 60_000) / 1000) * 1000);
    const { report } = await town.submit(await letter({ stampedAt }));
    expect(report.at).toBe(stampedAt.toISOString());
    expect(report.timeStamp).toMatchObject({
      time: stampedAt.toISOString(),
      authority: expect.stringContaining('dấu thời gian'),
    });
    // The sample authority tells nothing of revocation, and the report does not pretend that it did.
    expect(checkOf(report, 'time-stamp')).toMatchObject({
      verdict: 'warn',
      reason: expect.stringMatching(/^it holds; its authority: .*nothing is known about its revocation/),
    });
  });

  test('a time-stamp of strangers is told, and the time of receipt counts', async () => {
    const by = await issueTimeStamper(await createAuthorities(now(), 'Lạ'), now());
    const { report } = await town.submit(await letter({ stampedAt: new Date(now().getTime() - 3_600_000), by }));
    expect(report.timeStamp).toBeUndefined();
    expect(checkOf(report, 'time-stamp')).toMatchObject({
      verdict: 'warn',
      reason: expect.stringContaining('time of receipt counts'),
    });
    expect(Math.abs(new Date(report.at).getTime() - now().getTime())).toBeLessThan(60_000);
  });

  test('13: a certificate that expired since is good if a time-stamp shows that the signature is older', async () => {
    const [stampedAt, late] = [now(), await letter({ stampedAt: now() })];
    const bare = await letter();
    town.advance(3 * YEAR);
    await expect(town.submit(bare)).rejects.toMatchObject({ code: 'certificate-invalid' });
    const { outcome, report } = await town.submit(late);
    expect(outcome).toBe('accepted');
    expect(new Date(report.at).getTime()).toBe(stampedAt.getTime());
  });
});
