import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signDetached } from '../../adapters/trust/detachedJws.ts';
import { readPemCertificates } from '../../client/pemCertificates.ts';
import { OperatorRefusal } from '../../local/operator.ts';
import { sampleDocument } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { createWorld } from '../../world/world.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { refusalOf } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

const REASON = 'kiểm thử';
const publish = (list: object, more: object = {}) =>
  town.operator.call('setTrust', { body: { list, reason: REASON, ...more } });
async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof OperatorRefusal) return error.code;
    throw error;
  }
}
/** Publishes the sample list with other rules, and lets 15 seconds pass. */
async function rule(rules: object): Promise<number> {
  const { version } = await publish({ ...sampleTrust(town.world), ...rules });
  town.advance(15_000);
  return version;
}

describe('publishing', () => {
  test('the list in force is shown in full, with its version, and who published it and why', async () => {
    const shown = await town.operator.call('showTrust');
    expect(shown).toMatchObject({
      version: 1,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      by: expect.stringMatching(/^operator:/),
      reason: expect.stringMatching(/./),
      list: { v: 1, attachments: 'any', revocation: { whenStale: 'accept-and-flag' } },
      history: [{ n: 1, ev: 'x-trust-set' }],
    });
    // The very same document again is no new version.
    expect(await publish(sampleTrust(town.world))).toMatchObject({ version: 1 });
  });

  test('18: a broken list is refused with every problem and its place, and the old one stays in force', async () => {
    const before = await town.operator.call('showTrust');
    const broken = { ...sampleTrust(town.world), attachments: 'none', keySizes: { rsa: 512, curves: [] } };
    const response = await town.operator.call('setTrust', { body: { list: broken, reason: REASON } }).catch(String);
    expect(response).toContain('$.keySizes.rsa');
    expect(response).toContain('$.attachments');
    const corrupt = { v: 1, anchors: [{ certificate: Buffer.alloc(300, 48).toString('base64') }] };
    expect(await codeOf(publish(corrupt))).toBe('trust-list-invalid');
    expect(await town.operator.call('showTrust')).toEqual(before);
    town.advance(15_000);
    expect((await town.submitLetter()).answer.report.trust).toBe(before.version);
  });

  test('of publishers at once one wins, and who built upon another version is told so', async () => {
    const { version } = await town.operator.call('showTrust');
    const lists = [24, 48, 96, 168].map((hours) => ({
      ...sampleTrust(town.world),
      revocation: { whenStale: 'refuse', hours },
    }));
    const outcomes = await Promise.all(lists.map((list) => codeOf(publish(list, { replaces: version }))));
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== 'accepted')).toSatisfy((others: string[]) =>
      others.every((other) => other === 'state-conflict' || other === 'busy'),
    );
    const now = await town.operator.call('showTrust');
    expect(now.version).toBe(version + 1);
    expect(await codeOf(publish(sampleTrust(town.world), { replaces: version }))).toBe('state-conflict');
  });
});

describe('the list that is in force judges what comes', () => {
  test('from 15 seconds on at the latest, and every report names its version', async () => {
    const version = await rule({});
    const { answer } = await town.submitLetter();
    expect(answer.report).toMatchObject({ trust: version });
    expect((await town.clients['trung-tam-mau'].dispatch(answer.dispatchId)).report.trust).toBe(version);
  });

  test('an anchor that may vouch for others only: refused by the path, with the version in the report', async () => {
    const { anchors, ...rest } = sampleTrust(town.world);
    const version = await rule({ ...rest, anchors: anchors.map((anchor) => ({ ...anchor, agencies: ['X92'] })) });
    const refusal = await refusalOf(town.submitLetter({ from: 'X91.04' }));
    expect(refusal).toMatchObject({ code: 'certificate-invalid', report: { trust: version } });
    expect((await town.submitLetter({ from: 'X92', to: ['X91.04'] })).answer.outcome).toBe('accepted');
  });

  test('a signature in the XML that is required: a JWS beside the message does not stand for it', async () => {
    const client = town.clients['trung-tam-mau'];
    const signer = town.world.agencies.find(({ code }) => code === 'X91.05');
    const [certificate] = readPemCertificates(signer?.certificates[0] ?? '');
    if (!signer || !certificate) throw new Error('no signer');
    const key = createPrivateKey(signer.signingKey);
    const algorithm = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
    const send = async (number: number) => {
      const bytes = sampleDocument({ from: 'X91.05', to: ['X92'], number, date: '2026/03/02', subject: 'Chữ ký rời' });
      return client.submit(bytes, { documentSignature: await signDetached(bytes, { algorithm, key, certificate }) });
    };
    await rule({ xmlSignature: { usual: 'required', except: [] } });
    const refusal = await refusalOf(send(1));
    expect(refusal).toMatchObject({ code: 'trust-rule-broken' });
    expect(refusal.message).toContain('xmlSignature');
    await rule({ xmlSignature: { usual: 'required', except: [{ agency: 'X91.05', demand: 'optional' }] } });
    expect((await send(1)).report).toMatchObject({ signed: 'jws' });
  });

  test('an unsigned message with files from an agency that may send unsigned ones', async () => {
    const agencyId = await agencyIdOf(town, 'X91.05');
    await town.operator.call('setPolicy', { path: { agencyId }, body: { unsigned: 'accept', reason: REASON } });
    const draft = { from: 'X91.05', to: ['X92'], number: 2, date: '2026/03/02', subject: 'Chưa ký' } as const;
    const bytes = sampleDocument(draft);
    await rule({ attachments: 'signed' });
    expect(await refusalOf(town.submit(bytes))).toMatchObject({ code: 'trust-rule-broken' });
    const version = await rule({ attachments: 'any' });
    expect((await town.submit(bytes)).report).toMatchObject({ signed: 'none', trust: version });
  });
});

test('a list that is tried tells which agencies it would affect, page by page, and changes nothing', async () => {
  await rule({});
  const before = await town.operator.call('showTrust');
  const other = await createWorld({ at: new Date(town.axis.clock.now()) });
  const list = { v: 1, anchors: other.anchors.map((der) => ({ certificate: der.toString('base64') })) };
  const trial = await town.operator.call('tryTrust', { body: { list } });
  expect(trial).toMatchObject({ version: before.version, checked: 4, refusedByBoth: 0, expiring: 0 });
  expect(trial.affected.map(({ agency, becomes }) => `${agency} ${becomes}`).toSorted()).toEqual([
    'X91.04 refused',
    'X91.05 refused',
    'X92 refused',
    'X92.03 refused',
  ]);
  expect(trial.affected[0]?.reason).toMatch(/^certificate-path: /);
  const sample = await town.operator.call('tryTrust', { body: { list: sampleTrust(town.world) } });
  expect(sample).toMatchObject({ checked: 4, affected: [] });
  expect(await town.operator.call('showTrust')).toEqual(before);
});
