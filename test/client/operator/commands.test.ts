import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAxis, type TestAxis } from '../../kit/testAxis.ts';
import { newKey } from '../../refusals/town.ts';
import { type Desk, openDesk } from '../commandRun.ts';

let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis(), openDesk()]);
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  const { d: _, ...jwk } = newKey('key-of-new-system');
  await writeFile(join(desk.cwd, 'key.jwk'), JSON.stringify(jwk));
  await writeFile(join(desk.cwd, 'private.jwk'), JSON.stringify(newKey('a-private-key-of-it')));
  await writeFile(join(desk.cwd, 'cert.pem'), town.world.intermediates[0] ?? '');
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

const WHY = ['--reason', 'thử lệnh'];
/** What each command is told, in an order in which each finds what it needs; what a person reads; what a program reads. */
const COMMANDS: readonly [line: readonly string[], says: string, json: object][] = [
  [['system', 'add', 'he-thong-moi', '--name', 'Hệ thống mới'], 'Hệ thống mới', { systemId: 'he-thong-moi' }],
  [['system', 'key', 'add', 'he-thong-moi', 'key.jwk'], 'key-of-new-system', { keys: ['key-of-new-system'] }],
  [['system', 'secret', 'add', 'he-thong-moi', '--note', 'máy cũ'], 'SECRET ID', { systemId: 'he-thong-moi' }],
  [['system', 'show', 'he-thong-moi'], 'active', { status: 'active' }],
  [
    ['agency', 'add', 'X95.01', '--name', 'Cơ quan A', '--parent', 'X92'],
    'Cơ quan A',
    { code: 'X95.01', parent: 'X92' },
  ],
  [['agency', 'show', 'X95.01'], 'X95.01', { policy: { unsigned: 'refuse' } }],
  [['system', 'serve', 'he-thong-moi', '--agency', 'X95.01'], 'he-thong-moi', { system: 'he-thong-moi' }],
  [['agency', 'change', 'X95.01', '--name', 'Cơ quan B', '--parent', ''], 'Cơ quan B', { name: 'Cơ quan B' }],
  [['agency', 'alias', 'X95.01', 'X95.02', '--until', '2099-01-01'], 'X95.02 (until', { code: 'X95.01' }],
  [['agency', 'policy', 'X95.01', '--unsigned', 'accept'], 'accepted', { policy: { unsigned: 'accept' } }],
  [['agency', 'cert', 'add', 'X95.01', 'cert.pem'], 'CERTIFICATES', { code: 'X95.01' }],
  [['agency', 'suspend', 'X95.01'], 'suspended', { status: 'suspended' }],
  [['agency', 'resume', 'X95.01'], 'active', { status: 'active' }],
  [['system', 'suspend', 'he-thong-moi'], 'suspended', { status: 'suspended' }],
  [['system', 'resume', 'he-thong-moi'], 'active', { status: 'active' }],
  [
    ['system', 'limit', 'he-thong-moi', '--requests', '120', '--megabytes', '2'],
    '120 requests and 2 MB a minute',
    { limits: { requests: 120, bytes: 2 * 1024 * 1024, windowSeconds: 60, own: true } },
  ],
  [['system', 'limit', 'he-thong-moi'], '6000 requests and 4096 MB a minute', { limits: { own: false } }],
  [['ops', 'show'], 'running', { paused: false, history: [] }],
  [['ops', 'list'], 'Nothing was set aside', { items: [] }],
  [['ops', 'stats'], 'submission takes', { minutes: 60 }],
  [['ops', 'stats', '--watch', '--minutes', '5'], 'watchman seen at', { minutes: 5 }],
  [['ops', 'trace', 'no-such-request'], 'No line in that time', { lines: [] }],
  [['ops', 'rebuild'], 'have forgotten nothing', { rebuilt: [], left: [], ended: false }],
  [['ops', 'pause'], 'nothing new is taken', { paused: true }],
  [['ops', 'resume'], 'running', { paused: false }],
  [['agency', 'merge', 'X95.01', '--into', 'X92'], 'SUCCESSOR', { system: 'bo-minh-hoa' }],
];
const isChange = (line: readonly string[]) => !['show', 'list', 'stats', 'trace'].some((word) => line.includes(word));
const whole = (line: readonly string[]) => [...line, ...(isChange(line) ? WHY : [])];

describe('every command of the operators, as text and as JSON', () => {
  test.each(COMMANDS)('%j', async (line, says, json) => {
    const text = await desk.run(...whole(line));
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toContain(says);
    // Adding twice is refused, or changes nothing; everything else says the same again.
    const [group = '', ...rest] = line;
    const again = rest[0] === 'add' ? [group, 'show', line[2] ?? ''] : whole(line);
    const program = await desk.run(...again, '--json');
    expect(program).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(program.out)).toMatchObject(json);
  });

  test('keys and certificates retire, at once or at a time', async () => {
    const line = ['system', 'key', 'retire', 'he-thong-moi', 'key-of-new-system', ...WHY];
    const later = await desk.run(...line, '--until', '2099-01-01');
    expect(later).toMatchObject({ code: 1, err: expect.stringContaining('more than a year ahead') });
    expect((await desk.run(...line)).code).toBe(0);
    const again = await desk.run(...line, '--json');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(again.err)).toMatchObject({ error: 'refused', code: 'state-conflict' });
    const shown = JSON.parse((await desk.run('agency', 'show', 'X95.01', '--json')).out);
    // A thumbprint may begin with a hyphen, as an option does.
    const retire = ['agency', 'cert', 'retire', ...WHY, '--', 'X95.01', shown.certificates[0]];
    expect((await desk.run(...retire)).code).toBe(0);
  });
});

test('a secret is printed once; afterwards only its id, dates and note are shown, until it retires', async () => {
  const [first = '', second = ''] = await secretsOf('he-thong-moi');
  const issued = JSON.parse((await desk.run('system', 'secret', 'add', 'he-thong-moi', ...WHY, '--json')).out);
  expect(issued.secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const shown = await desk.run('system', 'show', 'he-thong-moi');
  expect(shown.out).toContain(issued.secretId);
  expect(shown.out).toContain('máy cũ');
  expect(shown.out).not.toContain(issued.secret);
  const kept = (await town.stores.registry()).find(({ id }) => id === 'system#he-thong-moi');
  expect(JSON.stringify(kept)).not.toContain(issued.secret);
  const retire = ['system', 'secret', 'retire', 'he-thong-moi'];
  expect((await desk.run(...retire, first, ...WHY)).out).not.toContain(first);
  expect((await desk.run(...retire, second, '--at', '2099-01-01', ...WHY)).err).toContain('more than a year ahead');
  // What was retired at once has left the list; a further one finds room again.
  expect(await secretsOf('he-thong-moi')).toEqual([second, issued.secretId]);
  expect((await desk.run(...retire, first, ...WHY)).err).toContain('state');
  expect((await desk.run(...retire, 'sct_aaaabbbbccccdddd', ...WHY)).err).toContain('No such secret');
});

test('a system holds at most four secrets at once', async () => {
  const add = () => desk.run('system', 'secret', 'add', 'he-thong-moi', ...WHY);
  expect((await add()).code).toBe(0);
  expect((await add()).code).toBe(0);
  expect(await add()).toMatchObject({ code: 1, err: expect.stringContaining('Too many secrets') });
});

const secretsOf = async (system: string): Promise<readonly string[]> => {
  const { secrets } = await town.operator.call('showSystem', { path: { systemId: system } });
  return secrets.map(({ secretId }) => secretId);
};

describe('what is refused or not understood', () => {
  test.each([
    [['agency', 'suspend', 'X92'], '--reason'],
    [['agency', 'change', 'X92', ...WHY], '--code, --name or --parent'],
    [['agency', 'policy', 'X92', '--unsigned', 'maybe', ...WHY], 'refuse or accept'],
    [['system', 'limit', 'he-thong-moi', '--requests', '0', ...WHY], '--requests'],
    [['agency', 'alias', 'X92', 'X92.09', '--until', 'soon', ...WHY], '--until'],
    [['agency', 'add', 'X92.09', ...WHY], '--name'],
    [['system', 'key', 'add', 'he-thong-moi', 'private.jwk', ...WHY], 'private key'],
    [['system', 'key', 'add', 'he-thong-moi', 'cert.pem', ...WHY], 'not a JWK'],
    [['system', 'key', 'add', 'he-thong-moi', 'missing.jwk', ...WHY], 'missing.jwk'],
    [['agency'], 'which one? docaxis agency add | agency show'],
    [['agency', 'nothing'], 'which one?'],
    [['system', 'show'], 'usage: docaxis system show ID'],
  ])('%j exits with 2 and says what is wrong', async (line, says) => {
    const { code, out, err } = await desk.run(...line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  test('the axis says no: exit code 1, in the person’s language', async () => {
    const { code, err } = await desk.run('agency', 'show', 'X89.99', '--lang', 'vi');
    expect(code).toBe(1);
    expect(err).toContain('Bị từ chối: Không có cơ quan này');
  });

  test('41 credentials of another role: AWS IAM says no, exit code 1, and no secret is shown', async () => {
    const { viewer } = town.facts.operators;
    const { url, axis, region } = town.facts;
    await desk.writeProfile('cloud', { version: 1, kind: 'operator', url, axis, region });
    const env = {
      AWS_ACCESS_KEY_ID: viewer.accessKeyId,
      AWS_SECRET_ACCESS_KEY: viewer.secretAccessKey,
      AWS_SESSION_TOKEN: viewer.sessionToken ?? '',
    };
    expect((await desk.runWith(env, 'agency', 'show', 'X92', '--profile', 'cloud')).code).toBe(0);
    const denied = await desk.runWith(env, 'agency', 'suspend', 'X92', ...WHY, '--profile', 'cloud');
    expect(denied.code).toBe(1);
    expect(denied.err).toContain('role security');
    expect(denied.err).not.toContain(viewer.secretAccessKey);
    expect((await desk.run('agency', 'show', 'X92', '--profile', 'cloud')).err).toContain('AWS_ACCESS_KEY_ID');
  });

  test('an axis that does not answer: exit code 3', async () => {
    const { axis, region, operators } = town.facts;
    const profile = { version: 1, kind: 'operator', url: 'http://127.0.0.1:1', axis, region, roles: operators };
    await desk.writeProfile('nowhere', profile);
    expect((await desk.run('agency', 'show', 'X92', '--profile', 'nowhere')).code).toBe(3);
  });
});

test.each(COMMANDS.map(([line]) => line))('%j has help with an example', async (...line) => {
  const words = line.slice(0, line.some((word) => ['key', 'cert', 'secret'].includes(word)) ? 3 : 2);
  const { code, out } = await desk.run(...words, '--help');
  expect(code).toBe(0);
  expect(out).toContain(`example: docaxis ${words.join(' ')}`);
  expect((await desk.run('help', words[0] ?? '')).out).toContain(words.join(' '));
});
