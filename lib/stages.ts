import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import type { RetentionRules } from '../core/contract/retention.ts';
import { STAGE_SCHEMA, type StageConfig } from './stageConfig.ts';

type Described = z.input<typeof STAGE_SCHEMA>;

/** Half a year to fetch a document again, ten years to prove what became of it; statuses are short-lived. */
const USUAL_RETENTION = {
  document: { contentDays: 180, recordDays: 3650 },
  status: { contentDays: 30, recordDays: 730 },
} satisfies RetentionRules;

/** Costs next to nothing while nobody uses it, and can be taken down without a trace. */
const evaluation: Omit<Described, 'name' | 'axisId'> = {
  retainData: false,
  dataKey: 'aws',
  retention: USUAL_RETENTION,
  storage: { replacedDays: 30 },
  evidence: true,
  logDays: 30,
  accessLogs: false,
  tracing: false,
  alarms: { coverage: 'few' },
  dashboard: false,
  release: { kind: 'at-once' },
  tags: {},
};

/** Keeps what it was given, under a key of its own, and takes new code step by step. */
const production: Omit<Described, 'name' | 'axisId'> = {
  retainData: true,
  dataKey: 'customer',
  retention: USUAL_RETENTION,
  storage: { replacedDays: 90 },
  evidence: true,
  logDays: 365,
  accessLogs: true,
  tracing: true,
  alarms: { coverage: 'all' },
  dashboard: true,
  release: { kind: 'canary' },
  throttle: { perSecond: 500, burst: 1_000 },
  tags: {},
};

const KINDS = { evaluation, production } as const;
const isKind = (name: unknown): name is keyof typeof KINDS => name === 'evaluation' || name === 'production';

/**
 * Stages from the `stages` context, e.g. `evaluation,production`. A stage that `stages/NAME.json` describes has what the
 * file says, and the rest from the kind that it is `like`; one without a file is a production if that is its name, else an evaluation.
 *
 * @param folder with the descriptions; it does not have to exist.
 * @throws Error that names the file, the setting and what it needs.
 */
export function stagesOf(context: unknown, folder: string): readonly StageConfig[] {
  const names = typeof context === 'string' ? context.split(',').map((name) => name.trim()) : ['evaluation'];
  if (new Set(names).size !== names.length) throw new Error(`the stages ${names.join(', ')} name one twice`);
  return names.map((name) => {
    const file = join(folder, `${name}.json`);
    return existsSync(file) ? describedStage(name, file) : stageConfig(name);
  });
}

/**
 * The configuration of a stage.
 *
 * @param said what differs from the kind; settings with several values are given whole.
 * @param source named in errors.
 * @throws Error that names the setting and what it needs.
 */
export function stageConfig(
  name: string,
  said: Readonly<Record<string, unknown>> = {},
  source = `stage "${name}"`,
): StageConfig {
  const { like = name === 'production' ? 'production' : 'evaluation', ...settings } = said;
  if (!isKind(like)) throw new Error(`${source}\n  like: is one of ${Object.keys(KINDS).join(', ')}`);
  const parsed = STAGE_SCHEMA.safeParse({ axisId: `docaxis.${name}`, ...KINDS[like], ...settings, name });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the stage'}: ${message}`);
  throw new Error([source, ...new Set(lines)].join('\n'));
}

function describedStage(name: string, file: string): StageConfig {
  let said: unknown;
  try {
    said = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause });
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) throw new Error(`${file} is not a JSON object`);
  return stageConfig(name, { ...said }, file);
}
