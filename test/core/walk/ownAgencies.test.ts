import { afterAll, beforeAll, expect, test } from 'vitest';
import { CachedDirectory } from '../../../adapters/aws/cachedDirectory.ts';
import { RegistryTable } from '../../../adapters/aws/registryTable.ts';
import type { AgencyId, SystemId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { AgencyRecord } from '../../../core/contract/records.ts';
import type { Outcome } from '../../../core/contract/refusals.ts';
import { resolveRecipients } from '../../../core/submit/resolveRecipients.ts';
import { closeOwn, type OwnAgenciesPorts, type OwnAgency, registerOwn } from '../../../core/walk/ownAgencies.ts';
import { anAgency, aSystem } from '../../adapters/aws/records.ts';
import { startTestCloud, type TestCloud } from '../../adapters/aws/testCloud.ts';

/** What a centre may do to the directory by itself: only within its own code space, and again and again the same. */
const AT = 1_772_438_400_000;
const CENTRE = 'trung-tam' as SystemId;
const OTHER = 'bo-khac' as SystemId;
const caller = aSystem(CENTRE);

let cloud: TestCloud;
let registry: RegistryTable;
let ids = 0;
let serves = 0;
let closed = 0;

beforeAll(async () => {
  cloud = await startTestCloud();
  registry = new RegistryTable(cloud.dynamo, cloud.registry);
  await enter('H37', CENTRE);
  await enter('H37.05', OTHER);
  await enter('H37.06');
  await enter('H38', OTHER);
  await enter('H39', CENTRE, { status: 'suspended' });
  await enter('000.00.31.H53', CENTRE);
});
afterAll(() => cloud?.stop());

/** As an operator enters an agency. */
async function enter(code: string, system?: SystemId, given: Partial<AgencyRecord> = {}): Promise<void> {
  const { route: _, ...agency } = anAgency(code, given);
  await registry.claimCode({ code, agencyId: agency.agencyId, from: 0 }, AT);
  await registry.putAgency(system ? { ...agency, route: { kind: 'system', system } } : agency);
}

/** A registry read anew for each call, as the function does it. */
const directory = () => new CachedDirectory(cloud.dynamo, cloud.registry, { now: () => AT });
const ports = (): OwnAgenciesPorts => ({
  clock: { now: () => AT },
  directory: directory(),
  registry,
  served: {
    countServed: async (system) => serves || registry.countServed(system),
    countClosed: async (system) => closed || registry.countClosed(system),
  },
  newAgencyId: () => {
    ids += 1;
    return `01970000-0000-7000-9000-${String(ids).padStart(12, '0')}` as AgencyId;
  },
});
const register = (code: string, given: Partial<OwnAgency> = {}) =>
  registerOwn(caller, { code, name: 'Phòng Thử nghiệm', mail: 'phong@thu.example', ...given }, ports());
const close = (code: string) => closeOwn(caller, code, ports());
const said = (outcome: Outcome<{ readonly outcome: string }>): string =>
  outcome.ok ? outcome.value.outcome : outcome.refusal.code;
const inDirectory = async () => (await registry.byCode('', { limit: 100 })).items.map(({ code }) => code);
const holderOf = async (code: string): Promise<AgencyRecord | undefined> => {
  const holder = await directory().codeHolder(code);
  return holder && directory().agency(holder);
};

test('registers below an agency that it serves; again is the same, a new name or mail a change', async () => {
  expect(said(await register('h37.01.002'))).toBe('added');
  expect(said(await register('H37.01.002'))).toBe('same');
  expect(said(await register('H37.01.002', { name: 'Phòng Một', mail: '' }))).toBe('changed');
  const agency = await holderOf('H37.01.002');
  expect(agency).toMatchObject({
    name: 'Phòng Một',
    mail: 'phong@thu.example',
    parent: 'H37',
    status: 'active',
    route: { kind: 'system', system: CENTRE },
    policy: { unsigned: 'refuse' },
    certificates: [],
  });
  expect(agency?.history.map(({ ev, by }) => [ev, by])).toEqual([
    ['x-agency-added', `system:${CENTRE}`],
    ['x-agency-changed', `system:${CENTRE}`],
  ]);
});

test('the parent is the one named, if it is one of its own, else the nearest above', async () => {
  expect(said(await register('H37.01.003', { parent: 'H37.01.002' }))).toBe('added');
  expect(said(await register('H37.01.004', { parent: 'H38' }))).toBe('added');
  expect((await holderOf('H37.01.003'))?.parent).toBe('H37.01.002');
  expect((await holderOf('H37.01.004'))?.parent).toBe('H37');
  expect(said(await register('000.15.31.H53'))).toBe('added');
});

test.each([
  ['beside its own', 'H36.01', 'parameter-invalid'],
  ['at the top', 'H40', 'parameter-invalid'],
  ['below an agency of others', 'H38.01', 'parameter-invalid'],
  ['below an agency of others within its own', 'H37.05.01', 'parameter-invalid'],
  ['below a suspended one', 'H39.01', 'parameter-invalid'],
  ['an agency of others', 'H37.05', 'agency-not-found'],
  ['a hub', 'H37.W00', 'parameter-invalid'],
  ['no code', 'H37/../x', 'parameter-invalid'],
])('refuses what lies %s', async (_, code, refusal) => {
  const before = await inDirectory();
  expect(said(await register(code))).toBe(refusal);
  expect(await inDirectory()).toEqual(before);
});

test('refuses names and mail addresses that are none, and keeps no marks that turn text around', async () => {
  for (const name of ['', ' \u0007 ', 'x'.repeat(LIMITS.agencyNameChars + 1)])
    expect(said(await register('H37.09', { name }))).toBe('parameter-invalid');
  for (const mail of ['x', 'a@b c', `${'a'.repeat(64)}@${'b'.repeat(200)}`])
    expect(said(await register('H37.09', { mail }))).toBe('parameter-invalid');
  expect(said(await register('H37.09', { name: 'Phòng\u202e Chín' }))).toBe('added');
  expect((await holderOf('H37.09'))?.name).toBe('Phòng  Chín');
});

test('connects an entry of the directory in its code space that nobody serves', async () => {
  expect(said(await register('H37.06'))).toBe('changed');
  expect((await holderOf('H37.06'))?.route).toEqual({ kind: 'system', system: CENTRE });
});

test('mail of an agency at the top is its own, name and end are the operator’s', async () => {
  const { name } = anAgency('H37');
  expect(said(await register('H37', { name, mail: 'vanthu@h37.example' }))).toBe('changed');
  expect(said(await register('H37', { name: 'Chính phủ' }))).toBe('parameter-invalid');
  expect(said(await close('H37'))).toBe('parameter-invalid');
});

test('closes its own: out of the directory, unknown as a recipient, its inbox and id remain; again is success', async () => {
  await register('H37.08');
  const before = await holderOf('H37.08');
  for (let times = 0; times < 2; times++) expect(said(await close('H37.08'))).toBe('closed');
  expect(await inDirectory()).not.toContain('H37.08');
  expect((await registry.childrenOf('H37', { limit: 100 })).items.map(({ code }) => code)).not.toContain('H37.08');
  const resolved = resolveRecipients(['H37.08'], await directory().agenciesByCode(['H37.08']));
  expect(resolved).toMatchObject({ ok: false, refusal: { code: 'recipient-unknown' } });
  // Deliveries on their way still find the system.
  expect(await directory().agency(before?.agencyId as AgencyId)).toMatchObject({
    closedAt: AT,
    route: { system: CENTRE },
  });
  expect(said(await register('H37.08.01'))).toBe('added');
  expect((await holderOf('H37.08.01'))?.parent).toBe('H37');
});

test('opens it again as itself; what was suspended stays suspended', async () => {
  await register('H37.07');
  const seen = await holderOf('H37.07');
  if (!seen) throw new Error('not registered');
  await registry.replaceAgency({ ...seen, status: 'suspended', revision: seen.revision + 1 });
  await close('H37.07');
  expect(said(await register('H37.07', { name: 'Phòng Bảy' }))).toBe('changed');
  const after = await holderOf('H37.07');
  expect(after).toMatchObject({ agencyId: seen.agencyId, name: 'Phòng Bảy', status: 'suspended' });
  expect(after?.closedAt).toBeUndefined();
  expect(after?.history.map(({ ev }) => ev)).toEqual(['x-agency-added', 'x-agency-closed', 'x-agency-reopened']);
});

test('agencies of others, merged ones and unknown ones are unknown to it', async () => {
  for (const code of ['H38', 'H37.05', 'H37.99', 'x']) expect(said(await close(code))).toBe('agency-not-found');
  await enter('H37.04', CENTRE, { successor: anAgency('H37').agencyId });
  expect(said(await close('H37.04'))).toBe('agency-not-found');
  expect(said(await register('H37.04'))).toBe('already-claimed');
});

test('a system that serves very many agencies asks the operator for more', async () => {
  serves = LIMITS.servedAgencies;
  expect(said(await register('H37.90'))).toBe('parameter-invalid');
  serves = 0;
  expect(said(await register('H37.90'))).toBe('added');
});

test('a system that closed very many agencies registers no further ones: each stays in the registry for good', async () => {
  const before = await registry.countClosed(CENTRE);
  expect(said(await register('H37.91'))).toBe('added');
  expect(said(await close('H37.91'))).toBe('closed');
  expect(await registry.countClosed(CENTRE)).toBe(before + 1);
  closed = LIMITS.servedAgencies;
  expect(said(await register('H37.92'))).toBe('parameter-invalid');
  expect(said(await register('H37.91'))).toBe('changed');
  closed = 0;
  expect(await registry.countClosed(CENTRE)).toBe(before);
});

test('what is no code of a body is refused, not looked above for ever', async () => {
  expect(said(await register('000.00.00.000'))).toBe('parameter-invalid');
  expect(said(await close('000.00.00.000'))).toBe('agency-not-found');
});

test('names and mail hold nothing that turns or breaks the text around them', async () => {
  expect(said(await register('H37.93', { name: 'Phòng\u2028\ud800 \u202eChín' }))).toBe('added');
  expect((await holderOf('H37.93'))?.name).toBe('Phòng    Chín');
  for (const mail of ['phong\u202e@thu.example', 'phong\ud800@thu.example', 'phong\u0007@thu.example'])
    expect(said(await register('H37.93', { mail }))).toBe('parameter-invalid');
});
