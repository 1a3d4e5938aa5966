import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pemOf } from '../../client/pemCertificates.ts';
import { readProfile } from '../../client/profile.ts';
import { authorityExtensions, issueCertificate, makeKeys, signerExtensions } from '../../world/certificates.ts';
import { sampleDocument } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { type Desk, openDesk } from './commandRun.ts';

const REASON = 'for a test';
const DAY_MS = 86_400_000;
let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town.stop());
beforeEach(async () => {
  desk = await openDesk(Date.now);
});
afterEach(() => desk.remove());

const file = (name: string): Promise<string> => readFile(join(desk.cwd, name), 'utf8');
const json = async (name: string): Promise<Record<string, string>> => JSON.parse(await file(name));
const init = (system: string, ...more: readonly string[]) =>
  desk.run('init', '--url', town.facts.url, '--system', system, '--name', 'Sở Ví dụ', ...more);
const register = async (systemId: string) => {
  const jwk = await json(`${systemId}.public-key.jwk`);
  await town.operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
};
const addSystem = (systemId: string) =>
  town.operator.call('addSystem', { body: { systemId, name: systemId, reason: REASON } });

/** An authority that the axis comes to trust, and what it issues for a key. */
async function openAuthority() {
  const [notBefore, notAfter] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + DAY_MS)];
  const name = [['CN', 'Tổ chức chứng thực thử']] as const;
  const root = issueCertificate({
    name,
    keys: await makeKeys('p-256'),
    notBefore,
    notAfter,
    extensions: authorityExtensions(),
  });
  const { anchors, intermediates } = town.world;
  await town.operator.call('setTrust', {
    body: {
      list: sampleTrust({ anchors: [...anchors, pemOf(root.certificate)], intermediates }),
      reason: REASON,
    },
  });
  return (signingKey: string): string => {
    const privateKey = createPrivateKey(signingKey);
    const keys = { privateKey, publicKey: createPublicKey(privateKey) };
    const subject = [['CN', 'Sở Ví dụ']] as const;
    const issued = issueCertificate({
      name: subject,
      keys,
      issuer: root,
      notBefore,
      notAfter,
      extensions: signerExtensions(),
    });
    return pemOf(issued.certificate);
  };
}

describe('docaxis init', () => {
  test("a newcomer's path, from nothing to a letter that is taken", async () => {
    const started = performance.now();
    const made = await init('so-vi-du', '--agency', 'X91.77=Sở Ví dụ', '--json');
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(made.out)).toMatchObject({
      profile: join('.docaxis', 'profiles', 'so-vi-du.json'),
      publicKey: 'so-vi-du.public-key.jwk',
      requests: [{ agency: 'X91.77', file: 'X91.77.csr.pem' }],
    });
    await addSystem('so-vi-du');
    await register('so-vi-du');
    const body = { code: 'X91.77', name: 'Sở Ví dụ', system: 'so-vi-du', reason: REASON };
    const { agencyId } = await town.operator.call('addAgency', { body });
    const { agencies } = readProfile(await file('.docaxis/profiles/so-vi-du.json'));
    const issue = await openAuthority();
    const pem = issue(agencies[0]?.signingKey ?? '');
    await writeFile(join(desk.cwd, 'certificate.pem'), pem);
    expect(await desk.run('keys', 'install', 'certificate.pem')).toMatchObject({ code: 0, err: '' });
    await town.operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: REASON } });

    const draft = { from: 'X91.04', to: ['X91.77'], number: 771, date: '2026/03/02', subject: 'Thư đầu tiên' } as const;
    const letter = sampleDocument({ ...draft, to: [...draft.to] })
      .toString('utf8')
      .replace('X91.04', 'X91.77');
    await writeFile(join(desk.cwd, 'letter.edxml'), letter);
    // A registration is seen after the registry's cache at the latest.
    await until(async () => (await desk.run('submit', 'letter.edxml', '--sign')).code === 0, 'the submission');
    const taken = await until(async () => {
      const { code, out } = await desk.run('receive', '--wait', '5', '--acknowledge', '--json');
      return code === 0 && JSON.parse(out).deliveries[0];
    }, 'the delivery');
    expect(taken).toMatchObject({ state: 'acknowledged', headline: { senderCode: 'X91.77', subject: 'Thư đầu tiên' } });
    console.log(`the newcomer's path: ${Math.round(performance.now() - started)} ms`);
  });

  test('says in words what others have to do, and keeps keys for its owner', async () => {
    const { code, out } = await init('so-hai', '--agency', "X91.78=Sở 'Hai'", '--lang', 'vi');
    expect(code).toBe(0);
    expect(out).toContain('Hồ sơ kết nối');
    expect(out).toContain("docaxis agency add X91.78 --name 'Sở '\\''Hai'\\''' --system so-hai");
    const profile = await file('.docaxis/profiles/so-hai.json');
    const { key, agencies } = readProfile(profile);
    expect(out).not.toContain(key.d);
    expect(await json('so-hai.public-key.jwk')).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: key.x,
      y: key.y,
      kid: await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x: key.x, y: key.y }),
      alg: 'ES256',
      use: 'sig',
    });
    if (process.platform !== 'win32') {
      const { mode } = await stat(join(desk.cwd, '.docaxis/profiles/so-hai.json'));
      expect(mode & 0o077).toBe(0);
    }
    expect(agencies[0]?.certificates).toBeUndefined();
  });

  test('never replaces keys that are there', async () => {
    await init('so-ba');
    const before = await file('.docaxis/profiles/so-ba.json');
    expect(await init('so-ba')).toMatchObject({ code: 2, err: expect.stringContaining('are not replaced') });
    expect(await file('.docaxis/profiles/so-ba.json')).toBe(before);
  });

  test.each([
    [['--system', 'a b'], '--system has 3 to 40'],
    [['--agency', 'X91'], '--agency is CODE=NAME'],
    [['--url', 'http://axis.example'], 'must be https'],
    [['--anchors', 'no.pem'], 'no.pem'],
  ])('%j is refused', async (more, expected) => {
    const { code, err } = await init('so-bon', ...more);
    expect(code).not.toBe(0);
    expect(err).toContain(expected);
  });

  test('its certificate request is what openssl takes for one', async (context) => {
    try {
      execFileSync('openssl', ['version']);
    } catch {
      context.skip('openssl is not there: the request was not judged by a second reader');
    }
    await init('so-nam', '--agency', 'X91.79=Sở Năm');
    const argv = ['req', '-verify', '-noout', '-subject', '-nameopt', 'utf8,sep_comma_plus', '-in', 'X91.79.csr.pem'];
    const subject = execFileSync('openssl', argv, {
      cwd: desk.cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(subject).toContain('O=Sở Năm,CN=Sở Năm');
  });
});

describe('docaxis keys', () => {
  test('rotate makes a key, waits for its registration, and switches without a gap', async () => {
    await init('so-sau');
    await addSystem('so-sau');
    await register('so-sau');
    const old = readProfile(await file('.docaxis/profiles/so-sau.json')).key;
    const first = await desk.run('keys', 'rotate', '--json');
    expect(first).toMatchObject({ code: 0, err: '' });
    const { state, kid } = JSON.parse(first.out);
    expect(state).toBe('waiting');
    const between = readProfile(await file('.docaxis/profiles/so-sau.json'));
    expect([between.key.kid, between.nextKey?.kid]).toEqual([old.kid, kid]);
    expect(await desk.run('me')).toMatchObject({ code: 0 });

    const again = await desk.run('keys', 'rotate');
    expect(again.out).toContain(`The new key is not registered yet: ${kid}`);
    expect(again.out).toContain('docaxis system key add so-sau so-sau.public-key.jwk');
    await register('so-sau');
    const switched = await until(async () => {
      const { code, out } = await desk.run('keys', 'rotate', '--json');
      return code === 0 && JSON.parse(out).state === 'in-use' && JSON.parse(out);
    }, 'the switch');
    expect(switched).toEqual({ state: 'in-use', kid, retire: old.kid });
    const after = readProfile(await file('.docaxis/profiles/so-sau.json'));
    expect([after.key.kid, after.nextKey]).toEqual([kid, undefined]);
    expect(await desk.run('me')).toMatchObject({ code: 0 });
  });

  test('install takes a certificate only for a key that is there', async () => {
    await init('so-bay', '--agency', 'X91.80=Sở Bảy');
    await writeFile(join(desk.cwd, 'other.pem'), town.world.agencies[0]?.certificates.join('') ?? '');
    expect(await desk.run('keys', 'install', 'other.pem')).toMatchObject({
      code: 2,
      err: expect.stringContaining("none of the profile's signing keys"),
    });
    await writeFile(join(desk.cwd, 'none.pem'), 'nonsense');
    expect(await desk.run('keys', 'install', 'none.pem')).toMatchObject({ code: 2 });
  });

  test.each([[['turn']], [['rotate', 'now']], [['install']], [['rotate', '--wait', 'long']]])(
    '%j is not understood',
    async (argv) => {
      await init('so-tam');
      expect(await desk.run('keys', ...argv)).toMatchObject({ code: 2 });
    },
  );
});
