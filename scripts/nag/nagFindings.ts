import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ACCEPTED_FINDINGS, type AcceptedFinding } from './acceptedFindings.ts';

/** One rule of cdk-nag that one construct breaks. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly says: string;
}

export interface NagReport {
  /** Findings that nobody accepted. */
  readonly open: readonly Finding[];
  /** Findings that stand, under what accepts them. */
  readonly accepted: ReadonlyMap<AcceptedFinding, readonly Finding[]>;
}

/** What the pack AwsSolutions of cdk-nag finds in an app, accepted or not. */
export function nagFindings(app: App): NagReport {
  const findings = new AwsSolutionsChecks().validateScope(app).violations.flatMap((violation) =>
    violation.violatingResources.map(
      (resource): Finding => ({
        rule: violation.ruleName,
        path: resource.constructPath ?? '',
        says: violation.description,
      }),
    ),
  );
  const accepted = Map.groupBy(findings, ({ rule, path }) =>
    ACCEPTED_FINDINGS.find((entry) => entry.rule.test(rule) && entry.at.test(path)),
  );
  const open = accepted.get(undefined) ?? [];
  accepted.delete(undefined);
  return { open, accepted: accepted as Map<AcceptedFinding, readonly Finding[]> };
}
