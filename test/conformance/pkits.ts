import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type PathRequest, type PathResult, validatePath } from '../../adapters/trust/path.ts';
import { PathWork } from '../../adapters/trust/pathWork.ts';
import { followPolicies } from '../../adapters/trust/policyGraph.ts';
import { createRevocation } from '../../adapters/trust/revocation.ts';
import { type CaseVerdict, countSuite, type SuiteResult } from './suite.ts';

const settingsSchema = z.object({
  initialPolicySet: z.array(z.string()),
  initialExplicitPolicy: z.boolean(),
  initialPolicyMappingInhibit: z.boolean(),
  initialInhibitAnyPolicy: z.boolean(),
});

const caseSchema = z.object({
  id: z.string(),
  section: z.string(),
  chain: z.array(z.string()),
  crls: z.array(z.string()),
  valid: z.boolean(),
  needs: z.array(z.string()),
  settings: settingsSchema.partial().optional(),
  expectedUserConstrainedPolicySet: z.array(z.string()).optional(),
});

const manifestSchema = z.object({
  validationTime: z.string(),
  defaultSettings: settingsSchema,
  cases: z.array(caseSchema),
});

type Manifest = z.infer<typeof manifestSchema>;
type Case = z.infer<typeof caseSchema>;

/** What is refused on purpose: a valid case that needs one of these may be refused. */
const unsupported: ReadonlySet<string> = new Set(['dsa', 'delta-crl', 'indirect-crl']);

/**
 * NIST PKITS: certification paths with their revocation lists, judged as RFC 5280 has them, without what docaxis asks of
 * signers beyond that.
 */
export function judgePkits(folder: string): SuiteResult {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return countSuite('PKITS', manifest.cases, (one) => judgeCase(folder, manifest, one));
}

function judgeCase(folder: string, manifest: Manifest, one: Case): CaseVerdict {
  const request = requestOf(folder, manifest, one);
  const result = validatePath(request);
  if (!one.valid) return result.ok ? { wrong: 'accepted' } : 'refused';
  if (!result.ok) {
    const need = one.needs.find((name) => unsupported.has(name));
    return need === undefined ? { wrong: `refused: ${reasonsOf(result)}` } : { apart: need };
  }
  const policies = followPolicies(result.path.toReversed(), request.policy ?? {}, new PathWork()).policies;
  const expected = one.expectedUserConstrainedPolicySet;
  const isExpected = expected === undefined || String(policies.toSorted()) === String(expected.toSorted());
  return isExpected ? 'accepted' : { wrong: `holds under ${String(policies)} instead of ${String(expected)}` };
}

function requestOf(folder: string, { validationTime, defaultSettings }: Manifest, one: Case): PathRequest {
  const read = (files: readonly string[]): readonly Buffer[] => files.map((file) => readFileSync(join(folder, file)));
  const [anchor, ...rest] = read(one.chain);
  const intermediates = rest.slice(0, -1);
  const settings = one.settings ?? {};
  return {
    leaf: rest.at(-1)!,
    intermediates,
    anchors: [anchor!],
    at: new Date(validationTime),
    revocation: createRevocation({ crls: read(one.crls), signers: intermediates }),
    purpose: 'any',
    policy: {
      acceptable: settings.initialPolicySet ?? defaultSettings.initialPolicySet,
      requireExplicit: settings.initialExplicitPolicy ?? defaultSettings.initialExplicitPolicy,
      inhibitMapping: settings.initialPolicyMappingInhibit ?? defaultSettings.initialPolicyMappingInhibit,
      inhibitAny: settings.initialInhibitAnyPolicy ?? defaultSettings.initialInhibitAnyPolicy,
    },
  };
}

function reasonsOf({ checks }: PathResult): string {
  return checks.flatMap(({ verdict, reason }) => (verdict === 'fail' ? [reason] : [])).join('; ');
}
