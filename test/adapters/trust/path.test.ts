import { describe, expect, test } from 'vitest';
import { createPathValidator, pathChecks, validatePath } from '../../../adapters/trust/path.ts';
import { pathRules, signerRules } from '../../../adapters/trust/pathRules.ts';
import { PathWork } from '../../../adapters/trust/pathWork.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
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
