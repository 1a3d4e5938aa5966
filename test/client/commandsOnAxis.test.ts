import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../client/commands/index.ts';
import { completionScript, SHELLS } from '../../client/completionScript.ts';
import { GENERAL_OPTIONS } from '../../client/generalOptions.ts';
import { systemProfile } from '../../local/profiles.ts';
import { sampleDocument } from '../../world/documents.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { type Desk, openDesk } from './commandRun.ts';

let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis(), openDesk(Date.now)]);
  const profile = systemProfile('trung-tam-mau', town.world, town.facts);
  await desk.writeProfile('trung-tam-mau', profile);
  await writeFile(join(desk.cwd, 'root.pem'), profile.trust.anchors.join(''));
});
afterAll(() => Promise.all([town.stop(), desk.remove()]));

let numbers = 900;
const made: Record<string, string> = {};

/** Writes an unsigned letter from one agency of the system to the other. */
async function writeLetter(): Promise<void> {
  numbers += 1;
  const letter = sampleDocument({
    from: 'X91.04',
    to: ['X91.05'],
    number: numbers,
    date: '2026/03/02',
    subject: 'Thử lệnh',
  });
  await writeFile(join(desk.cwd, 'letter.edxml'), letter);
}

/** Sends a letter and takes it, so that there is a lease to settle. */
async function takeOne(): Promise<string> {
  await writeLetter();
  const submitted = await desk.run('submit', 'letter.edxml', '--sign', '--json');
  made.dispatch = JSON.parse(submitted.out).dispatchId;
  await town.settle();
  const { deliveries } = JSON.parse((await desk.run('receive', '--wait', '5', '--json')).out);
  return deliveries[0].deliveryId;
}

interface Row {
  readonly name: string;
  /** What must be there first; it answers the argument of the command, if it takes one that changes. */
  readonly before?: () => Promise<unknown>;
  readonly argv: readonly string[];
  readonly code?: number;
  /** The human form, in English. */
  readonly says: RegExp;
  /** The JSON form. */
  readonly json: unknown;
}

const argumentOf = (made: unknown): string | undefined => (typeof made === 'string' ? made : undefined);
const settled = (state: string) => ({ deliveryId: expect.stringMatching(/^dlv_/), state });
const page = expect.objectContaining({ items: expect.any(Array) });

/** Every agency's command, in the order in which a day goes. */
const ROWS: readonly Row[] = [
  {
    name: 'sign',
    before: writeLetter,
    argv: ['letter.edxml', '--out', 'signed.edxml'],
    says: /^Signed: signed\.edxml$/,
    json: { file: 'signed.edxml' },
  },
  {
    name: 'verify',
    argv: ['signed.edxml'],
    says: /CHECK +VERDICT[\s\S]*The signature holds\.$/,
    json: { ok: true, report: expect.any(Object) },
  },
  {
    name: 'verify',
    argv: ['letter.edxml'],
    code: 1,
    says: /No signature in the document: unsigned, for reference only/,
    json: { ok: false, report: expect.any(Object) },
  },
  {
    name: 'submit',
    argv: ['signed.edxml', '--receipt', 'receipt.json'],
    says: /^Accepted[\s\S]*: dsp_\w+\nCODE +NAME +DELIVERY\nX91\.05 +Sở Giả định +dlv_\w+$/,
    // The same bytes once more: the first receipt again.
    json: expect.objectContaining({ outcome: 'again', receipt: expect.any(String) }),
  },
  {
    name: 'verify',
    argv: ['--receipt', 'receipt.json'],
    says: /^The receipt holds\./,
    json: { ok: true, payload: expect.objectContaining({ axis: expect.any(String) }) },
  },
  {
    name: 'inbox',
    before: () => town.settle(),
    argv: [],
    says: /DELIVERY +STATE[\s\S]*\ndlv_\w+ +queued +.*X91\.05 +X91\.04/,
    json: page,
  },
  { name: 'receive', argv: [], says: /^DELIVERY[\s\S]*offered[\s\S]*\.edxml$/, json: { deliveries: [] } },
  {
    name: 'acknowledge',
    before: takeOne,
    argv: [],
    says: /^dlv_\w+ {2}acknowledged$/,
    json: [settled('acknowledged')],
  },
  { name: 'release', before: takeOne, argv: ['--after', '1'], says: /^dlv_\w+ {2}queued$/, json: settled('queued') },
  {
    name: 'reject',
    before: takeOne,
    argv: ['--reason', 'Không thuộc thẩm quyền'],
    says: /^dlv_\w+ {2}rejected$/,
    json: settled('rejected'),
  },
  {
    name: 'follow',
    before: async () => made.dispatch,
    argv: [],
    says: /SubmissionAcceptance[\s\S]*All deliveries are settled\.$/,
    json: expect.objectContaining({
      state: 'dispatched',
      deliveries: [expect.objectContaining({ state: 'rejected' })],
    }),
  },
  { name: 'agencies', argv: ['--code', 'X91'], says: /^CODE +NAME[\s\S]*X91\.04 +Sở Thử nghiệm/, json: page },
  {
    name: 'me',
    argv: [],
    says: /Trung tâm Mẫu \(trung-tam-mau\) @ /,
    json: expect.objectContaining({ systemId: 'trung-tam-mau' }),
  },
  {
    name: 'keys',
    argv: ['rotate'],
    says: /^The new key is not registered yet: /,
    json: { state: 'waiting', kid: expect.any(String), publicKey: 'trung-tam-mau.public-key.jwk' },
  },
  {
    name: 'completion',
    argv: ['bash'],
    says: /complete -o default -F _docaxis docaxis$/,
    json: { shell: 'bash', script: expect.any(String) },
  },
];

describe('on a real axis, in both forms', () => {
  // The two forms need a lease each where a command settles one.
  test.each(ROWS)('docaxis $name $argv', async ({ name, before, argv, code = 0, says, json }) => {
    const first = argumentOf(await before?.());
    const human = await desk.run(name, ...(first ? [first] : []), ...argv);
    expect({ code: human.code, err: human.err }).toEqual({ code, err: '' });
    expect(human.out).toMatch(says);
    expect(human.out).not.toContain('\u001b');
    const second = before === takeOne ? await takeOne() : first;
    const machine = await desk.run(name, ...(second ? [second] : []), ...argv, '--json');
    expect({ code: machine.code, err: machine.err }).toEqual({ code, err: '' });
    expect(JSON.parse(machine.out)).toEqual(json);
  });

  test('every command of agencies has a row', () => {
    const operators = COMMANDS.filter(({ name }) => /^(agency|system|import)\b/.test(name)).map(({ name }) => name);
    const rows = new Set([...ROWS.map(({ name }) => name), 'init']);
    expect(COMMANDS.map(({ name }) => name).filter((name) => !rows.has(name) && !operators.includes(name))).toEqual([]);
  });

  test.each([
    [['submit', 'letter.edxml'], 1, 'signature-required'],
    [['follow', `dsp_${'a'.repeat(32)}`], 1, 'dispatch-not-found'],
    [['release', `dlv_${'a'.repeat(32)}`, '--token', 'abcdefghijklmnopqrstuv'], 1, 'delivery-not-found'],
  ])('%j is refused by the axis with its code, in both forms', async (argv, code, refusal) => {
    await writeLetter();
    const human = await desk.run(...argv);
    expect(human).toMatchObject({ code, out: '', err: expect.stringContaining(`(${refusal})`) });
    const machine = await desk.run(...argv, '--json');
    expect(JSON.parse(machine.err)).toMatchObject({ error: 'refused', code: refusal });
  });
});

describe('completion', () => {
  const bash = completionScript('bash', COMMANDS, GENERAL_OPTIONS);

  /** What bash would offer after a line; the last word is the one being typed. */
  async function offers(...line: readonly string[]): Promise<readonly string[]> {
    const { execFileSync } = await import('node:child_process');
    const words = ['docaxis', ...line].map((word) => `'${word}'`).join(' ');
    const script = `${bash}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length}; _docaxis; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  }

  test.skipIf(process.platform === 'win32').each([
    [['su'], ['submit']],
    [['keys', '--w'], ['--wait']],
    [['submit', 'letter.edxml', '--dry'], ['--dry-run']],
    [
      ['inbox', '--lang', ''],
      ['vi', 'en'],
    ],
    [['agency', 'su'], ['suspend']],
    [['agency', 'cert', 'a'], ['add']],
  ])('bash offers after %j: %j', async (line, expected) => {
    expect(await offers(...line)).toEqual(expected);
  });

  test.each(SHELLS)('%s knows every command and option', async (shell) => {
    const { out } = await desk.run('completion', shell);
    for (const { name, options } of COMMANDS) {
      for (const word of [...name.split(' '), ...Object.keys(options)]) expect(out).toContain(word);
    }
  });

  test('another shell is told which there are', async () => {
    expect(await desk.run('completion', 'cmd')).toMatchObject({
      code: 2,
      err: expect.stringContaining('bash, zsh, fish'),
    });
  });
});

test('the profile of this table is as it was, but for the key that waits', async () => {
  const profile = JSON.parse(await readFile(join(desk.cwd, '.docaxis/profiles/trung-tam-mau.json'), 'utf8'));
  expect(profile.nextKey.kid).not.toBe(profile.key.kid);
});
