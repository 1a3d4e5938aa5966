import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RegistryTable } from '../../../adapters/aws/registryTable.ts';
import { S3DirectoryObjects } from '../../../adapters/aws/s3DirectoryObjects.ts';
import { SnapshotTable } from '../../../adapters/aws/snapshotTable.ts';
import { AGENCY_LISTS, type AgencyListName } from '../../../core/contract/agencyLists.ts';
import type { AgencyId } from '../../../core/contract/ids.ts';
import type { AgencyRecord } from '../../../core/contract/records.ts';
import { readyAgencyList } from '../../../core/walk/agencyLists.ts';
import { type PublishPorts, publishDirectory } from '../../../core/walk/directory.ts';
import { AGENCY_LIST_FORMS } from '../../../lambdas/publish/agencyListForms.ts';
import { anAgency } from '../../adapters/aws/records.ts';
import { startTestCloud, type TestCloud } from '../../adapters/aws/testCloud.ts';

/** Lists of the whole directory, made when it is published, in the members that the SDK reads. */
const AT = 1_772_438_400_000;
const DAY = 86_400_000;
/** Agencies in the test of a large directory; 119,000 for the run that is recorded in docs/results. */
const MANY = Number(process.env.DOCAXIS_LISTED_AGENCIES ?? 300);

let cloud: TestCloud;
let registry: RegistryTable;
let ports: PublishPorts;
let snapshots: SnapshotTable;
let now = AT;

beforeAll(async () => {
  cloud = await startTestCloud();
  registry = new RegistryTable(cloud.dynamo, cloud.registry);
  snapshots = new SnapshotTable(cloud.dynamo, cloud.registry);
  ports = {
    clock: { now: () => now },
    search: registry,
    snapshots,
    objects: new S3DirectoryObjects(cloud.s3, cloud.bucket),
    lists: AGENCY_LIST_FORMS,
  };
});
afterAll(() => cloud?.stop());

interface Answer {
  readonly status: string;
  readonly ErrorCode: string;
  readonly ErrorDesc: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** What whoever follows the link gets: the object with its own headers. */
async function fetched(name: AgencyListName, packed = false) {
  const outcome = await readyAgencyList(name, { packed }, { snapshots, links: { link: async (key) => key } });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  const object = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.bucket, Key: outcome.value.href }));
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  return { type: object.ContentType, encoding: object.ContentEncoding, bytes };
}
const listed = async (name: AgencyListName): Promise<Answer> => JSON.parse((await fetched(name)).bytes.toString());
const keys = async (): Promise<readonly string[]> => {
  const { Contents } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: cloud.bucket, Prefix: 'directory/' }));
  return (Contents ?? []).map(({ Key = '' }) => Key);
};
const replace = async (agency: AgencyRecord, change: Partial<AgencyRecord>): Promise<AgencyRecord> => {
  const changed = { ...agency, ...change, revision: agency.revision + 1 };
  expect(await registry.replaceAgency(changed)).toBe(true);
  return changed;
};

const idOf = (number: number) => `01970000-0000-7000-9000-${String(number).padStart(12, '0')}` as AgencyId;
let province = anAgency('H37', { agencyId: idOf(1), name: 'Tỉnh Mẫu', mail: 'ubnd@h37.example' });
let office = anAgency('H37.01', {
  agencyId: idOf(2),
  name: 'Sở "Một"',
  parent: 'H37',
  revision: 4,
  aliases: [
    { code: '000.00.01.H37', from: 0 },
    { code: '000.00.09.H37', from: 0, until: AT },
  ],
  history: [{ ev: 'x-agency-changed', at: AT, by: 'axis', from: 'a', to: 'b' }],
});

test('before the first list there is none', async () => {
  const refused = await readyAgencyList(
    'agencies',
    { packed: false },
    { snapshots, links: { link: async (key) => key } },
  );
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'directory-not-published' } });
});

test('each list has its members, no null, no hub, nothing but ASCII', async () => {
  await registry.putAgency(province);
  await registry.putAgency(office);
  await registry.putAgency(anAgency('H37.W00', { agencyId: idOf(3), parent: 'H37' }));
  const { route: _, ...entry } = anAgency('000.00.31.H53', { agencyId: idOf(4), name: 'Mục danh bạ' });
  await registry.putAgency(entry);
  expect(await publishDirectory(ports)).toBe(1);
  const success = { status: 'OK', ErrorCode: '0', ErrorDesc: 'Success' };
  const [legacy, top, below] = [
    { id: idOf(4), code: '000.00.31.H53', name: 'Mục danh bạ', mail: '' },
    { id: idOf(1), code: 'H37', name: 'Tỉnh Mẫu', mail: 'ubnd@h37.example' },
    { id: idOf(2), code: 'H37.01', name: 'Sở "Một"', mail: '' },
  ];
  expect(await listed('agencies')).toEqual({
    ...success,
    data: [
      { ...legacy, oldCode: '' },
      { ...top, oldCode: '' },
      { ...below, pid: idOf(1), oldCode: '000.00.01.H37' },
    ],
  });
  expect(await listed('agencies-qd20')).toEqual({
    ...success,
    data: [
      { ...legacy, code102: '' },
      { ...top, code102: 'H37' },
      { ...below, code102: 'H37.01' },
    ],
  });
  const unit = { deleted: false, modifyDate: '1970/01/01 07:00:00', version: 1, isAgency: true };
  expect(await listed('units')).toEqual({
    ...success,
    data: [
      { ...legacy, ...unit, centerCode: '000.00.31.H53', isAgency: false },
      { ...top, ...unit, centerCode: 'H37' },
      { ...below, ...unit, pid: idOf(1), centerCode: 'H37', version: 4, modifyDate: '2026/03/02 15:00:00' },
    ],
  });
  for (const name of AGENCY_LISTS) {
    const plain = await fetched(name);
    expect(plain).toMatchObject({ type: 'application/json', encoding: undefined });
    expect(plain.bytes.every((octet) => octet < 0x7f)).toBe(true);
    const packed = await fetched(name, true);
    expect(packed).toMatchObject({ type: 'application/json', encoding: 'gzip' });
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
  }
});

test('a record written again with the same words makes no new list; other words in a list alone do', async () => {
  province = await replace(province, { certificates: [] });
  expect(await publishDirectory(ports)).toBeUndefined();
  province = await replace(province, { mail: 'vanthu@h37.example' });
  expect(await publishDirectory(ports)).toBe(2);
  expect((await listed('agencies')).data[1]).toMatchObject({ mail: 'vanthu@h37.example' });
  const lists = async () => (await keys()).filter((key) => key.endsWith('.json'));
  // Those of the version before stay for whoever follows a link to them now; each is as large as the directory.
  expect(await lists()).toHaveLength(2 * AGENCY_LISTS.length);
  const first = (await lists()).filter((key) => key.startsWith('directory/1-'));
  expect(first).toHaveLength(AGENCY_LISTS.length);
  province = await replace(province, { mail: 'vanthu@tinh.h37.example' });
  expect(await publishDirectory(ports)).toBe(3);
  expect(await lists()).toHaveLength(2 * AGENCY_LISTS.length);
  expect((await lists()).some((key) => first.includes(key))).toBe(false);
});

test('what left the directory is told as deleted for a year, and no more when it is back', async () => {
  now += DAY;
  office = await replace(office, { closedAt: now });
  expect(await publishDirectory(ports)).toBe(4);
  const codes = async (name: AgencyListName) => (await listed(name)).data.map(({ code }) => code);
  expect(await codes('agencies')).not.toContain('H37.01');
  expect((await listed('units')).data.at(-1)).toMatchObject({
    id: idOf(2),
    code: 'H37.01',
    deleted: true,
    version: 5,
    modifyDate: '2026/03/03 15:00:00',
  });
  now += 300 * DAY;
  province = await replace(province, { name: 'Tỉnh Mẫu mới' });
  expect(await publishDirectory(ports)).toBe(5);
  expect(await codes('units')).toContain('H37.01');
  now += 100 * DAY;
  province = await replace(province, { name: 'Tỉnh Mẫu mới nữa' });
  expect(await publishDirectory(ports)).toBe(6);
  expect(await codes('units')).not.toContain('H37.01');
  const { closedAt: _, ...open } = office;
  office = await replace(open, {});
  expect(await publishDirectory(ports)).toBe(7);
  expect((await listed('units')).data.filter(({ code }) => code === 'H37.01')).toEqual([
    expect.objectContaining({ deleted: false }),
  ]);
});

test(`${MANY} agencies in one answer each`, { timeout: 1_800_000 }, async () => {
  for (let start = 0; start < MANY; start += 50) {
    const some = Array.from({ length: Math.min(50, MANY - start) }, (_, index) => start + index);
    await Promise.all(
      some.map((number) => {
        const digits = String(number).padStart(6, '0');
        const code = `K1${number % 9}.${digits.slice(0, 3)}.${digits.slice(3)}`;
        const name = `Ủy ban nhân dân xã số ${number}`;
        return registry.putAgency(anAgency(code, { agencyId: idOf(10 + number), name, parent: code.slice(0, 3) }));
      }),
    );
  }
  const start = performance.now();
  expect(await publishDirectory(ports)).toBe(8);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const sizes: string[] = [];
  for (const name of AGENCY_LISTS) {
    const [plain, packed] = [await fetched(name), await fetched(name, true)];
    const { data }: Answer = JSON.parse(plain.bytes.toString());
    expect(data).toHaveLength(MANY + 3);
    sizes.push(`${name} ${plain.bytes.length} bytes, packed ${packed.bytes.length}`);
  }
  console.log(`${MANY} agencies published in ${seconds} s: ${sizes.join('; ')}`);
});
