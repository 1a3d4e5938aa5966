import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdminCalls, enrol } from '../../local/enrol.ts';
import { type KeptWorld, keptWorld } from '../../local/keptWorld.ts';
import { OperatorRefusal } from '../../local/operator.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const kept = mkdtempSync(join(tmpdir(), 'docaxis-world-'));
const world: KeptWorld = await keptWorld(kept, NOW);
rmSync(kept, { recursive: true });

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'docaxis-enrol-'));
});
afterEach(() => rmSync(data, { recursive: true }));

/** A registry that dies at its n-th call, after the effect: the answer is lost. */
function registry(dieAt = Number.POSITIVE_INFINITY) {
  const certificates = new Map<string, number>();
  let calls = 0;
  let alive = dieAt;
  const effects: Record<string, (body: Record<string, unknown>, path: Record<string, string>) => unknown> = {
    setTrust: () => ({}),
    addSystem: () => ({}),
    addKey: () => ({}),
    addAgency: ({ code }) => ({ agencyId: `id of ${String(code)}` }),
    addCertificate: (_, { agencyId = '' }) => certificates.set(agencyId, (certificates.get(agencyId) ?? 0) + 1),
  };
  const call = async (name: string, { body = {}, path = {} }: { body?: unknown; path?: Record<string, string> }) => {
    calls += 1;
    const answer = effects[name]?.(Object(body), path);
    if (calls === alive) throw new Error('killed');
    return answer;
  };
  return {
    // The registry answers less than the real one: enrolment reads nothing but the agency's id.
    operator: { call } as unknown as AdminCalls,
    certificates,
    count: () => calls,
    revive: () => {
      alive = Number.POSITIVE_INFINITY;
    },
  };
}

const whole = registry();
const undisturbed = mkdtempSync(join(tmpdir(), 'docaxis-enrol-'));
await enrol(undisturbed, world, whole.operator);
rmSync(undisturbed, { recursive: true });
const CALLS = whole.count();

test('the sample world has two systems and four agencies, each with a certificate', () => {
  expect(world.systems.map(({ systemId }) => systemId)).toEqual(['trung-tam-mau', 'bo-minh-hoa']);
  expect([...whole.certificates.values()]).toEqual([1, 1, 1, 1]);
});

test.each(Array.from({ length: CALLS }, (_, index) => index + 1))(
  'killed at call %i of the enrolment, it is completed by the next start',
  async (dieAt) => {
    const { operator, certificates, revive } = registry(dieAt);
    await expect(enrol(data, world, operator)).rejects.toThrow('killed');
    revive();
    expect(await enrol(data, world, operator)).toBeGreaterThan(0);
    expect(certificates.size).toBe(4);
    expect(await enrol(data, world, operator)).toBe(0);
  },
);

test('a refusal that is no repeat stops the enrolment', async () => {
  const call = () => Promise.reject(new OperatorRefusal('key-unusable', 422, 'addKey: no'));
  await expect(enrol(data, world, { call })).rejects.toThrow('addKey: no');
});

test('the world is made once and read again, and only its owner can read it', async () => {
  const first = await keptWorld(data, NOW);
  expect(await keptWorld(data, NOW + 1)).toEqual(first);
  if (process.platform !== 'win32') expect(statSync(join(data, 'world.json')).mode & 0o077).toBe(0);
});
