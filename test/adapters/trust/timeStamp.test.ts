import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Oid } from '../../../adapters/trust/oids.ts';
import { createTimeStampJudge, createTimeStampValidator } from '../../../adapters/trust/timeStamp.ts';
import { readTimeStampResponse, timeStampRequest } from '../../../adapters/trust/timeStampExchange.ts';
import { sha256Of } from '../../../core/contract/derivedIds.ts';
import { TRUST_LIST } from '../../../core/contract/trustList.ts';
import type { TimeStampVerdict } from '../../../core/verify/timeStampJudge.ts';
import { createAuthorities } from '../../../world/authorities.ts';
import { answerTimeStampRequest, issueTimeStamper, type Stamping, stampTime } from '../../../world/timeStamps.ts';

const at = new Date('2026-03-02T01:02:03.450Z');
const now = new Date('2026-03-02T02:00:00Z');
const subject = Buffer.from('what was stamped');
const digest = createHash('sha256').update(subject).digest();

const authorities = await createAuthorities(at);
const foreign = await createAuthorities(at, 'Lạ');
const stamper = await issueTimeStamper(authorities, at);
const judge = createTimeStampValidator({ anchors: [authorities.root.certificate] });

const imprint = (hash: string): Buffer => createHash(hash).update(subject).digest();
const judged = (token: Buffer, when = now): TimeStampVerdict => judge({ token, imprint }, { now: when });
const stamped = (stamping: Partial<Stamping> = {}, by = stamper): Buffer =>
  stampTime(by, { hash: 'sha256', digest, at, ...stamping });

describe('a time-stamp that holds', () => {
  test('tells its time to the millisecond, its authority, policy and accuracy', () => {
    expect(judged(stamped({ accuracySeconds: 2 }))).toEqual({
      ok: true,
      time: at,
      authority: expect.stringContaining('Cấp dấu thời gian Mẫu'),
      policy: '1.3.6.1.4.1.99999.1.1',
      accuracyMs: 2000,
      doubt: 'no revocation information was consulted',
    });
    const revocationOf = () => () => ({ status: 'good' }) as const;
    expect(judge({ token: stamped(), imprint }, { now, revocationOf })).not.toHaveProperty('doubt');
  });

  test('may come from an RSA key, named by the key’s own identifier', async () => {
    const rsa = await issueTimeStamper(authorities, at, { key: 'rsa-2048' });
    expect(judged(stamped({}, rsa)).ok).toBe(true);
  });

  test.each(['sha384', 'sha512'] as const)('may be made over a %s', (hash) => {
    expect(judged(stamped({ hash, digest: imprint(hash) })).ok).toBe(true);
  });

  test('holds although its authority has expired since', () => {
    expect(judged(stamped(), new Date('2090-01-01T00:00:00Z')).ok).toBe(true);
  });
});

describe('a time-stamp that does not hold', () => {
  const cases: readonly (readonly [string, () => Buffer | Promise<Buffer>, RegExp])[] = [
    ['was made for something else', () => stamped({ digest: randomBytes(32) }), /made for something else/],
    ['comes from the future', () => stamped({ at: new Date(now.getTime() + 61_000) }), /future/],
    ['has no certificate with it', () => stamped({ bend: { withoutCertificates: true } }), /is not in it/],
    ['names another certificate', () => stamped({ bend: { otherCertificate: subject } }), /is not in it/],
    ['names its issuer’s certificate', () => stamped({ bend: { otherCertificate: stamper.issuer } }), /differ/],
    ['signs other content', () => stamped({ bend: { wrongContentDigest: true } }), /not what was signed/],
    ['has no content type', () => stamped({ bend: { without: 'contentType' } }), /content-type is missing/],
    ['has no message digest', () => stamped({ bend: { without: 'messageDigest' } }), /message-digest is missing/],
    ['does not name its certificate', () => stamped({ bend: { without: 'signingCertificateV2' } }), /v2 is missing/],
    ['has an attribute twice', () => stamped({ bend: { attributeTwice: true } }), /twice/],
    ['has two signers', () => stamped({ bend: { twoSigners: true } }), /more than one signer/],
    ['holds something else', () => stamped({ bend: { contentType: Oid.signedData } }), /something else than a time/],
    ['has extensions', () => stamped({ bend: { extensions: true } }), /extensions/],
    [
      'comes from a certificate for other purposes too',
      async () =>
        stamped({}, await issueTimeStamper(authorities, at, { purposes: [Oid.timeStamping, Oid.emailProtection] })),
      /time-stamps alone/,
    ],
    [
      'comes from a certificate whose purpose is not critical',
      async () => stamped({}, await issueTimeStamper(authorities, at, { critical: false })),
      /time-stamps alone/,
    ],
    [
      'comes from an authority of strangers',
      async () => stamped({}, await issueTimeStamper(foreign, at)),
      /no accepted issuer/,
    ],
    [
      'was made before its authority’s certificate',
      () => stamped({ at: new Date('2020-01-01T00:00:00Z') }),
      /not valid before/,
    ],
    ['is over the limit', () => Buffer.alloc(40_000), /over 32768 bytes/],
    ['is no DER', () => Buffer.from('never'), /DER/],
  ];

  test.each(cases)('%s', async (_what, make, reason) => {
    const verdict = judged(await make());
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.reason).toMatch(reason);
  });

  test('its authority’s key or the signature on its certificate is not one that the trust list allows', async () => {
    const by = await issueTimeStamper(authorities, at, { key: 'rsa-2048' });
    const timeStamps = { anchors: [authorities.root.certificate.toString('base64')] };
    const judgedBy = (rules: object) => {
      const list = TRUST_LIST.parse({ v: 1, anchors: [{ certificate: timeStamps.anchors[0] }], timeStamps, ...rules });
      const trust = { version: 1, sha256: sha256Of(Buffer.from(JSON.stringify(rules))), list };
      const news = { sources: [], objects: new Map() };
      const verdict = createTimeStampJudge().judge({ token: stamped({}, by), imprint }, { now, trust, news });
      return verdict.ok ? 'ok' : verdict.reason;
    };
    expect(judgedBy({})).toBe('ok');
    expect(judgedBy({ keySizes: { rsa: 3072, curves: ['P-256', 'P-384'] } })).toMatch(/key of .* trust list allows/);
    expect(judgedBy({ signatureAlgorithms: ['rsa-sha512'] })).toMatch(/signed by an algorithm/);
  });

  test('its authority was revoked before that time', () => {
    const asked: Buffer[] = [];
    const revocationOf = (leaf: Buffer) => () => {
      asked.push(leaf);
      return { status: 'revoked', reason: 'revoked on 2026-01-01' } as const;
    };
    const verdict = judge({ token: stamped(), imprint }, { now, revocationOf });
    expect(verdict).toEqual({ ok: false, reason: expect.stringContaining('revoked on 2026-01-01') });
    expect(asked).toEqual([stamper.certificate]);
  });

  test('any octet of it changed: it does not hold, or says what it said before', () => {
    const token = stamped();
    const told = judged(token);
    let refused = 0;
    for (let octet = 0; octet < token.length; octet++) {
      const changed = Buffer.from(token);
      changed[octet] = (changed[octet] ?? 0) ^ 1;
      const verdict = judged(changed);
      if (verdict.ok) expect(verdict).toEqual(told);
      else refused++;
    }
    // What may change without effect lies in the issuer's copy and in numbers of versions.
    expect(refused).toBeGreaterThan(token.length - stamper.issuer.length - 40);
  });
});

describe('asking for a time-stamp', () => {
  const question = { hash: 'sha256', digest, nonce: Buffer.from('8001020304050607', 'hex') } as const;

  test('the answer to our question is taken', () => {
    const token = readTimeStampResponse(answerTimeStampRequest(stamper, timeStampRequest(question), at), question);
    expect(judged(token).ok).toBe(true);
  });

  test('the answer to another question is not', () => {
    const answer = answerTimeStampRequest(stamper, timeStampRequest(question), at);
    for (const other of [
      { ...question, nonce: Buffer.from('01'.repeat(8), 'hex') },
      { ...question, digest: randomBytes(32) },
    ])
      expect(() => readTimeStampResponse(answer, other)).toThrow('another question');
  });

  test('a refusal says what the authority said', () => {
    const refusal = answerTimeStampRequest(stamper, timeStampRequest({ ...question, digest: Buffer.alloc(20) }), at);
    expect(() => readTimeStampResponse(refusal, question)).toThrow('refused to stamp: status 2');
  });

  test('OpenSSL reads our requests and our authority’s tokens', ({ skip }) => {
    if (!hasOpenssl()) skip('SKIPPED: openssl is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'docaxis-tsa-'));
    try {
      const file = (name: string, bytes: Buffer): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
      };
      const pem = (name: string, der: Buffer): string =>
        file(name, Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`));
      const request = file('request.tsq', timeStampRequest(question));
      const response = file('response.tsr', answerTimeStampRequest(stamper, timeStampRequest(question), at));
      const anchor = pem('root.pem', authorities.root.certificate);
      const said = execFileSync(
        'openssl',
        [
          'ts',
          '-verify',
          '-queryfile',
          request,
          '-in',
          response,
          '-CAfile',
          anchor,
          '-attime',
          String(now.getTime() / 1000),
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
      expect(said).toContain('Verification: OK');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
