import { describe, expect, test } from 'vitest';
import { createPathValidator, pathChecks, validatePath } from '../../../adapters/trust/path.ts';
import { pathRules, signerRules } from '../../../adapters/trust/pathRules.ts';
import { PathWork } from '../../../adapters/trust/pathWork.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import { authorityExtensions, issueCertificate, makeKeys, signerExtensions } from '../../../world/certificates.ts';
import { brokenNames, keptNames } from './nameCases.ts';
import { brokenAuthorities, brokenTerms, deadEnds, goodPaths } from './pathCases.ts';
import { at, makePathKit } from './pathKit.ts';
import { brokenPolicies, keptPolicies } from './policyCases.ts';

const kit = await makePathKit();
const good = [...goodPaths(kit), ...keptNames(kit), ...keptPolicies(kit)];
const broken = [
  ...deadEnds(kit),
  ...brokenAuthorities(kit),
  ...brokenTerms(kit),
  ...brokenNames(kit),
  ...brokenPolicies(kit),
];
const requests = [...good.map(([, request]) => request), ...broken.map(([, , , request]) => request)];
/** A leaf, one intermediate, one anchor. */
const [, usual] = good[1]!;

const failures = (checks: readonly { id: string; verdict: string }[]) =>
  checks.filter((check) => check.verdict === 'fail').map((check) => check.id);

describe('each rule has a certificate that breaks only it', () => {
  test.each(good)('accepts %s', (_what, request) => {
    const result = validatePath(request);
    expect(failures(result.checks)).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.path[0]).toBe(result.leaf);
  });

  test.each(broken)('refuses %s', (_what, fails, reason, request) => {
    const result = validatePath(request);
    expect(result.ok).toBe(false);
    expect(failures(result.checks)).toEqual([fails]);
    expect(result.checks.find((check) => check.id === fails)?.reason).toMatch(reason);
  });

  test('every rule was broken by some case', () => {
    const blamed = new Set<string>();
    const rules = [...pathRules, ...signerRules];
    for (const request of requests) {
      const [leaf, ...issuers] = validatePath(request).path;
      if (leaf === undefined) continue;
      const terms = { at, policy: request.policy ?? {}, work: new PathWork() };
      for (const rule of rules) if (rule.broken({ leaf, issuers }, terms) !== undefined) blamed.add(rule.name);
    }
    expect([...blamed].toSorted()).toEqual(rules.map((rule) => rule.name).toSorted());
  });
});

describe('revocation', () => {
  test('is reported as not consulted, not as good', () => {
    expect(validatePath(usual).checks.find((check) => check.id === 'revocation')?.verdict).toBe('warn');
  });

  test('refuses what its port calls revoked', () => {
    const result = validatePath({
      ...usual,
      revocation: () => ({ status: 'revoked', reason: 'on the list of May' }),
    });
    expect(failures(result.checks)).toEqual(['revocation']);
  });

  test('passes what its port calls good', () => {
    const result = validatePath({ ...usual, revocation: () => ({ status: 'good' }) });
    expect(result.checks.every((check) => check.verdict === 'pass')).toBe(true);
  });
});

test('every validation reports the same checks in the same order', () => {
  for (const request of requests) {
    expect(validatePath(request).checks.map((check) => check.id)).toEqual([...pathChecks]);
  }
});

test('an unreadable anchor is a broken configuration and is thrown', () => {
  expect(() => createPathValidator({ anchors: [Buffer.from('rubbish')] })).toThrow(TrustRefusal);
});

test("the operator's intermediates serve senders who leave them out", () => {
  const validate = createPathValidator({ anchors: usual.anchors, knownIntermediates: usual.intermediates });
  expect(validate({ leaf: usual.leaf, intermediates: [], at }).ok).toBe(true);
  expect(validate({ leaf: usual.leaf, intermediates: usual.intermediates, at }).ok).toBe(true);
});

test('hostile crowds of certificates cost bounded work', async () => {
  const [rootKeys, crowdKeys] = await Promise.all([makeKeys('p-256'), makeKeys('rsa-2048')]);
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
  const name = [['CN', 'Same']] as const;
  const root = issueCertificate({
    name: [['CN', 'Root']],
    keys: rootKeys,
    extensions: authorityExtensions(),
    ...validity,
  });
  const crowd = Array.from({ length: 32 }, (_, i) =>
    issueCertificate({ name, keys: crowdKeys, extensions: authorityExtensions(i), ...validity }),
  );
  const leaf = issueCertificate({
    name: [['CN', 'Leaf']],
    keys: rootKeys,
    issuer: crowd[0]!,
    extensions: signerExtensions(),
    ...validity,
  });
  const validate = createPathValidator({ anchors: [root.certificate] });
  const intermediates = crowd.map((issued) => issued.certificate);
  const started = performance.now();
  expect(validate({ leaf: leaf.certificate, intermediates, at }).ok).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
  const more = validate({ leaf: leaf.certificate, intermediates: [...intermediates, intermediates[0]!], at });
  expect(more.checks[0]?.reason).toMatch(/more than 32/);
});

test('rings of issuers of different keys end by the budget of signature checks', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => makeKeys('p-256')));
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
  const name = [['CN', 'Ring']] as const;
  const extensions = authorityExtensions();
  const ring = keys.flatMap((own) =>
    keys
      .slice(0, 4)
      .map((issuer) => issueCertificate({ name, keys: own, issuer: { name, ...issuer }, extensions, ...validity })),
  );
  const leaf = issueCertificate({
    name: [['CN', 'Leaf']],
    keys: keys[0]!,
    issuer: { name, ...keys[1]! },
    extensions: signerExtensions(),
    ...validity,
  });
  const anchor = issueCertificate({ name: [['CN', 'Far away']], keys: keys[0]!, extensions, ...validity });
  const started = performance.now();
  const result = validatePath({
    leaf: leaf.certificate,
    intermediates: ring.map((issued) => issued.certificate),
    anchors: [anchor.certificate],
    at,
  });
  expect(result.ok).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
