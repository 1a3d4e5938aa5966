import type { RetentionRules } from '../core/contract/retention.ts';

/** One deployed axis. Two stages share nothing: every physical name carries the stage. */
export interface StageConfig {
  readonly name: string;
  /** Globally unique id of this axis: it stands in every receipt, and tokens of its clients name it as their audience. */
  readonly axisId: string;
  /** Whether data outlives its stack. */
  readonly retainData: boolean;
  readonly logDays: 30 | 365;
  /** How long content and records are kept, by kind. */
  readonly retention: RetentionRules;
}

/** Half a year to fetch a document again, ten years to prove what became of it; statuses are short-lived. */
const USUAL_RETENTION: RetentionRules = {
  document: { contentDays: 180, recordDays: 3650 },
  status: { contentDays: 30, recordDays: 730 },
};

const NAME = /^[a-z][a-z0-9]{1,15}$/;

/**
 * The configuration of a stage by its name: `production` keeps its data when the stack goes, any other one is an
 * evaluation that can be taken down.
 *
 * @throws Error when the name cannot be part of physical names.
 */
export function stageConfig(name: string): StageConfig {
  if (!NAME.test(name)) throw new Error(`stage "${name}": 2 to 16 small letters and digits, a letter first`);
  const production = name === 'production';
  return {
    name,
    axisId: `docaxis.${name}`,
    retainData: production,
    logDays: production ? 365 : 30,
    retention: USUAL_RETENTION,
  };
}

/** Stages from the `stages` context, e.g. `evaluation,production`. */
export function stagesOf(context: unknown): readonly StageConfig[] {
  const names = typeof context === 'string' ? context.split(',').map((name) => name.trim()) : ['evaluation'];
  if (new Set(names).size !== names.length) throw new Error(`the stages ${names.join(', ')} name one twice`);
  return names.map(stageConfig);
}
