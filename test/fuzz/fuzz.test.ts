import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaign, judged } from './campaign.ts';
import { CANARY } from './hostileText.ts';
import type { Input, Target } from './input.ts';
import { judgeAnswer } from './outside/judgeAnswer.ts';
import { judgeLog } from './outside/judgeLog.ts';
import { openTargets, type Targets } from './targets/index.ts';

/** Inputs for each target; `npm run fuzz:outside` gives many more. */
const INPUTS = Number(process.env.DOCAXIS_FUZZ_OUTSIDE ?? 60);
const SEED = Number(process.env.DOCAXIS_FUZZ_SEED ?? 1);
const KEPT = new URL('kept/', import.meta.url);

let opened: Targets;
beforeAll(async () => {
  opened = await openTargets();
}, 120_000);
afterAll(() => opened?.stop());

function targetOf(name: string): Target {
  const found = opened.targets.find((target) => target.name === name);
  if (!found) throw new RangeError(`no target ${name}`);
  return found;
}

const READERS = [
  'certificate',
  'pem',
  'revocation-list',
  'ocsp',
  'time-stamp',
  'document-signature',
  'receipt',
  'document',
];
const ROUTES = ['token', 'api', 'operator', 'faces', 'submit'];
const timeout = 120_000 + INPUTS * 1000;

describe('altered inputs', () => {
  test('every target is one of those below', () => {
    expect(opened.targets.map(({ name }) => name)).toEqual([...READERS, ...ROUTES]);
  });

  test.each(READERS)(
    '%s: nothing is thrown, nothing altered is believed, nothing takes long',
    { timeout },
    async (name) => {
      const { findings, inputs } = await campaign(targetOf(name), { iterations: INPUTS * 4, seed: SEED });
      expect(findings).toEqual([]);
      expect(inputs).toBe(INPUTS * 4);
    },
  );

  test.each(ROUTES)(
    'case 29: %s: unknown fields, deep nesting, huge numbers, lone surrogates and worse get an answer of the declared shape, and forge no line of the log',
    { timeout },
    async (name) => {
      const { findings, inputs } = await campaign(targetOf(name), { iterations: INPUTS, seed: SEED });
      expect(findings).toEqual([]);
      expect(inputs).toBe(INPUTS);
    },
  );
});

interface Kept {
  readonly what: string;
  readonly target: string;
  readonly input: Input;
}

describe('an input that once went wrong', () => {
  const kept = readdirSync(KEPT).map((file) => JSON.parse(readFileSync(new URL(file, KEPT), 'utf8')) as Kept);

  test.each(kept)('does no more: $what', async ({ target, input }) => {
    expect((await judged(targetOf(target), input)).found).toBeUndefined();
  });
});

describe('the judges', () => {
  const headers = { 'x-correlation-id': 'c', 'content-type': 'application/problem+json' };
  const reply = (status: number, body: unknown, more = {}) => ({
    reply: { status, headers: { ...headers, ...more }, body: Buffer.from(JSON.stringify(body)) },
    correlationId: 'c',
    lines: [],
  });
  const PROBLEM = {
    ...{ type: 't', title: 't', status: 404, detail: 'd', instance: 'i', code: 'route-not-found', retryable: false },
    ...{ whoMustAct: 'system', vi: { title: 't', detail: 'd' } },
  };

  test.each<[string, Parameters<typeof judgeAnswer>[1], RegExp | undefined]>([
    ['a refusal of the catalogue', reply(404, PROBLEM), undefined],
    ['a fault', reply(500, PROBLEM), /^fault/],
    ['a code of nobody', reply(404, { ...PROBLEM, code: 'hasOwnProperty' }), /^catalogue/],
    ['another status than the catalogue has', reply(400, { ...PROBLEM, status: 400 }), /^status/],
    ['a refusal in another shape', reply(404, { message: 'Not Found' }), /^shape/],
    ['an answer in another shape', reply(200, { me: 1 }), /^shape/],
    ['a stack', reply(404, { ...PROBLEM, detail: 'TypeError: x at a (file:///a.mjs:1:2)' }), /^inside/],
    ['the id of another request', reply(404, PROBLEM, { 'x-correlation-id': 'd' }), /^correlation/],
  ])('see %s', (_, exchange, expected) => {
    if (expected) expect(judgeAnswer('me', exchange)).toMatch(expected);
    else expect(judgeAnswer('me', exchange)).toBeUndefined();
  });

  test.each<[string, string, RegExp | undefined]>([
    ['a line of the axis', '{"level":"INFO","message":"refused","code":"x"}', undefined],
    ['a line that is no JSON', 'No metrics', /^log line/],
    ['a member twice', '{"level":"INFO","level":"ERROR"}', /^log line/],
    ['a member of nobody', '{"level":"INFO","admin":true}', /^log member/],
    ['a control', `{"message":"${'\u009b'}31m"}`, /^log control/],
    ['content', `{"message":"${CANARY}"}`, /^log content/],
    ['a secret', '{"message":"geheim"}', /^log secret/],
  ])('see %s in a log', (_, line, expected) => {
    const found = judgeLog([line], ['geheim']);
    if (expected) expect(found).toMatch(expected);
    else expect(found).toBeUndefined();
  });

  test('a target that goes wrong is found, and its input made small', async () => {
    const target: Target = {
      name: 'planted',
      limitMs: 1000,
      make: (random) => ({ a: 'x'.repeat(random(50)), b: `${'y'.repeat(random(50))}!${'z'.repeat(random(50))}` }),
      judge: async ({ b = '' }) => (b.includes('!') ? 'planted: a mark' : undefined),
    };
    const { findings } = await campaign(target, { iterations: 10, seed: 1, most: 1 });
    expect(findings).toMatchObject([{ iteration: 1, input: { b: '!' } }]);
  });
});
