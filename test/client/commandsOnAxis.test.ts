import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../client/commands/index.ts';
import { completionScript, SHELLS } from '../../client/completionScript.ts';
import { GENERAL_OPTIONS } from '../../client/generalOptions.ts';
import { pemOf } from '../../client/pemCertificates.ts';
import { systemProfile } from '../../local/profiles.ts';
import { sampleDocument } from '../../world/documents.ts';
import { createWorld } from '../../world/world.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../kit/webhookReceiver.ts';
import { type Desk, openDesk } from './commandRun.ts';

let town: TestAxis;
let desk: Desk;
let receiver: WebhookReceiver;
beforeAll(async () => {
  [town, desk, receiver] = await Promise.all([
    startTestAxis(),
    openDesk(Date.now, (ms) => sleep(ms)),
    startWebhookReceiver(),
  ]);
  const profile = systemProfile('trung-tam-mau', town.world, town.facts);
  await desk.writeProfile('trung-tam-mau', profile);
  await writeFile(join(desk.cwd, 'root.pem'), profile.trust.anchors.join(''));
});
afterAll(() => Promise.all([town.stop(), desk.remove(), receiver.stop()]));

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

/** Sends a letter; its dispatch. */
async function sendOne(): Promise<string> {
  await writeLetter();
  const submitted = await desk.run('submit', 'letter.edxml', '--sign', '--json');
  await town.settle();
  return JSON.parse(submitted.out).dispatchId;
}

/** Sends a letter and takes it, so that there is a lease to settle. */
async function takeOne(): Promise<string> {
  made.dispatch = await sendOne();
  const { deliveries } = JSON.parse((await desk.run('receive', '--wait', '5', '--json')).out);
  return deliveries[0].deliveryId;
}

async function registerWebhook(): Promise<void> {
  await desk.run('webhook', 'set', receiver.url);
}

/** Two files to go beside a letter. */
async function writeAnnex(): Promise<void> {
  await writeLetter();
  await writeFile(join(desk.cwd, 'annex.pdf'), `%PDF-1.7\n${'x'.repeat(2000)}`);
  await writeFile(join(desk.cwd, 'list.txt'), 'Danh sách & phụ lục');
}

/** Sends a letter with two files beside it; its dispatch. */
async function sentWithFiles(): Promise<string> {
  if (made.withFiles !== undefined) return made.withFiles;
  await writeAnnex();
  const attach = ['--attach', 'annex.pdf', '--attach', 'list.txt'];
  const { out } = await desk.run('submit', 'letter.edxml', '--sign', ...attach, '--json');
  made.withFiles = JSON.parse(out).dispatchId;
  return sentWithFiles();
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
    says: /^Accepted[\s\S]*: dsp_\w+\nCODE +NAME +DELIVERY\nX91\.05 +Sở Giả định +dlv_\w+\nJudged by trust list \d+$/,
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
  {
    name: 'receive',
    argv: [],
    says: /^DELIVERY[\s\S]*offered[\s\S]*\.edxml {2}The signature holds\.$/,
    json: { deliveries: [] },
  },
  {
    name: 'acknowledge',
    before: takeOne,
    argv: [],
    says: /^dlv_\w+ {2}acknowledged$/,
    json: [settled('acknowledged')],
  },
  { name: 'release', before: takeOne, argv: ['--after', '600'], says: /^dlv_\w+ {2}queued$/, json: settled('queued') },
  {
    name: 'reject',
    before: takeOne,
    argv: ['--reason', 'Không thuộc thẩm quyền'],
    says: /^dlv_\w+ {2}rejected$/,
    json: settled('rejected'),
  },
  {
    name: 'status report',
    before: async () => made.dispatch,
    argv: ['--code', '02', '--description', 'Không thuộc thẩm quyền', '--staff', 'Cán Bộ Mẫu'],
    says: /^dsp_\w+ {2}X91\.05 → X91\.04 {2}02 refused {2}applied: it is the current status {2}dsp_\w+$/,
    // Said once more, it changes nothing.
    json: [expect.objectContaining({ code: '02', from: 'X91.05', to: 'X91.04', outcome: 'recorded' })],
  },
  {
    name: 'status list',
    argv: [],
    says: /^CODE +ENGLISH +TIẾNG VIỆT +SAID BY\n01 +arrived +Đã đến +recipient\n[\s\S]*\n13 +taken back +Lấy lại +sender/,
    json: expect.arrayContaining([expect.objectContaining({ code: '03', vi: 'Đã tiếp nhận' })]),
  },
  {
    name: 'recall',
    before: sendOne,
    argv: ['--reason', 'Gửi nhầm phụ lục'],
    says: /^dsp_\w+ {2}X91\.04 → X91\.05 {2}13 taken back {2}withdrawn before anybody took it {2}dsp_\w+$/,
    json: [expect.objectContaining({ code: '13', to: 'X91.05', outcome: 'withdrawn' })],
  },
  {
    name: 'show',
    before: async () => made.dispatch,
    argv: [],
    says: /^DISPATCH +dsp_[\s\S]*\nX91\.05 +rejected +02 refused[\s\S]*\nTIMELINE\n[\s\S]* {2}rejected/,
    json: expect.objectContaining({ deliveries: [expect.objectContaining({ recipient: 'X91.05' })] }),
  },
  {
    name: 'evidence',
    before: async () => made.dispatch,
    argv: [],
    // What has just happened; `evidence.test.ts` has what is logged.
    says: /^Nothing of it is in the log yet\.\nNot in the log when asked: 2; ask again after \S+ \S+$/,
    json: expect.objectContaining({ ok: true, steps: [], waiting: 2, askAfter: expect.any(String) }),
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
  {
    name: 'submit',
    before: writeAnnex,
    argv: ['letter.edxml', '--sign', '--attach', 'annex.pdf', '--attach', 'list.txt', '--background'],
    says: /^The axis goes on with it: dsp_\w+\ndocaxis follow sub_\w+\n/,
    json: expect.objectContaining({ outcome: expect.stringMatching('working|again') }),
  },
  {
    name: 'attachments',
    before: sentWithFiles,
    argv: [],
    says: /^N +FILE +TYPE +BYTES +WHERE +SHA-256\n[\s\S]*\n2 +annex\.pdf +application\/pdf +\d+ +beside +\w+…?\n3 +list\.txt/,
    json: { items: expect.arrayContaining([expect.objectContaining({ n: 2, detached: true })]) },
  },
  {
    name: 'fetch',
    before: sentWithFiles,
    argv: ['--attachment', '2', '--out', 'annex.copy'],
    says: /^annex\.copy$/,
    json: { file: 'annex.copy', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) },
  },
  {
    name: 'fetch',
    before: sentWithFiles,
    argv: ['--out', 'letter.copy'],
    says: /^letter\.copy$/,
    json: expect.objectContaining({ file: 'letter.copy' }),
  },
  { name: 'agencies', argv: ['--code', 'X91'], says: /^CODE +NAME[\s\S]*X91\.04 +Sở Thử nghiệm/, json: page },
  {
    name: 'me',
    argv: [],
    says: /Trung tâm Mẫu \(trung-tam-mau\) @ /,
    json: expect.objectContaining({ systemId: 'trung-tam-mau' }),
  },
  {
    name: 'webhook set',
    before: async () => receiver.url,
    argv: [],
    says: /^active +http:\/\/127[\s\S]*\nSECRET +whsec_\S+\nIt is not shown again\.$/,
    json: expect.objectContaining({ state: 'active', secret: expect.stringMatching(/^whsec_/) }),
  },
  {
    name: 'webhook show',
    argv: [],
    says: /^active +http:\/\/127\S+\nlast success 20/,
    json: {
      url: expect.any(String),
      state: 'active',
      registeredAt: expect.any(String),
      lastSuccess: expect.any(String),
    },
  },
  {
    name: 'webhook remove',
    before: registerWebhook,
    argv: [],
    says: /^You are notified no more\.$/,
    json: { removed: true },
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

/** What a command ends, each form anew. */
const ENDED: readonly (() => Promise<unknown>)[] = [takeOne, sendOne, registerWebhook];

describe('on a real axis, in both forms', () => {
  // The two forms need a lease or a webhook each where a command ends it.
  test.each(ROWS)('docaxis $name $argv', async ({ name, before, argv, code = 0, says, json }) => {
    const first = argumentOf(await before?.());
    const human = await desk.run(...name.split(' '), ...(first ? [first] : []), ...argv);
    expect({ code: human.code, err: human.err }).toEqual({ code, err: '' });
    expect(human.out).toMatch(says);
    expect(human.out).not.toContain('\u001b');
    const again = ENDED.find((prepare) => prepare === before);
    const second = again ? argumentOf(await again()) : first;
    const machine = await desk.run(...name.split(' '), ...(second ? [second] : []), ...argv, '--json');
    expect({ code: machine.code, err: machine.err }).toEqual({ code, err: '' });
    expect(JSON.parse(machine.out)).toEqual(json);
  });

  test('every command of agencies has a row', () => {
    // The kit brings an axis of its own.
    const others = /^(agency|system|trust|import|dispatch|ops|kit)\b/;
    const operators = COMMANDS.filter(({ name }) => others.test(name)).map(({ name }) => name);
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

describe('receive', () => {
  test('saves what lies beside the document, and judges a signature beside it', async () => {
    await sentWithFiles();
    await writeLetter();
    await desk.run('sign', 'letter.edxml', '--detached', '--out', 'letter.jws');
    const sent = await desk.run('submit', 'letter.edxml', '--signature', 'letter.jws', '--json');
    expect(sent.code).toBe(0);
    await town.settle();
    const { code, out } = await desk.run('receive', '--max', '10', '--out', 'all', '--json');
    expect(code).toBe(0);
    const { deliveries } = JSON.parse(out);
    const withFiles = deliveries.find((delivery: { dispatchId: string }) => delivery.dispatchId === made.withFiles);
    expect(withFiles.verified.ok).toBe(true);
    expect(withFiles.attachments).toHaveLength(2);
    expect(await readFile(withFiles.attachments[0])).toEqual(await readFile(join(desk.cwd, 'annex.pdf')));
    const { dispatchId } = JSON.parse(sent.out);
    const beside = deliveries.find((delivery: { dispatchId: string }) => delivery.dispatchId === dispatchId);
    expect(beside).toMatchObject({ headline: { signed: 'jws' }, verified: { ok: true, report: { signed: 'jws' } } });

    const named = ['--signature', `${beside.file.replace('.edxml', '.jws')}`];
    const signer = ['--signer', `${beside.file.replace('.edxml', '.signer.pem')}`];
    expect(await desk.run('verify', beside.file, ...named, ...signer)).toMatchObject({ code: 0 });
    expect(await desk.run('verify', 'annex.pdf', ...named, ...signer)).toMatchObject({ code: 1 });
    expect(await desk.run('verify', withFiles.file, ...named, ...signer)).toMatchObject({ code: 1 });
    expect(await desk.run('verify', beside.file, ...named)).toMatchObject({ code: 2 });
  });

  test('a document whose signature does not hold is saved, told and not acknowledged', async () => {
    const folder = join(desk.cwd, '.docaxis', 'profiles');
    const profile = JSON.parse(await readFile(join(folder, 'trung-tam-mau.json'), 'utf8'));
    // Trusts another root than the one of the signer.
    const anchors = createWorldElsewhere();
    await desk.writeProfile('stranger', { ...profile, trust: { anchors: await anchors, intermediates: [] } });
    await desk.writeProfile('careless', { ...profile, trust: { anchors: [], intermediates: [] } });
    await writeLetter();
    await desk.run('submit', 'letter.edxml', '--sign', '--profile', 'trung-tam-mau');
    await town.settle();
    const bad = await desk.run('receive', '--acknowledge', '--out', 'bad', '--profile', 'stranger', '--json');
    expect(bad.code).toBe(1);
    const [delivery] = JSON.parse(bad.out).deliveries;
    expect(delivery).toMatchObject({ state: 'offered', verified: { ok: false } });
    await desk.run('release', delivery.deliveryId, '--out', 'bad', '--profile', 'stranger');
    const careless = await desk.run('receive', '--acknowledge', '--out', 'bad', '--profile', 'careless');
    expect(careless).toMatchObject({ code: 0, out: expect.stringContaining('was not judged') });
    expect(careless.out).toContain('acknowledged');
  });

  test('what is attached needs a signature to cover it, and a manifest to be named in', async () => {
    await writeAnnex();
    expect(await desk.run('submit', 'letter.edxml', '--attach', 'annex.pdf')).toMatchObject({ code: 2 });
    await writeFile(join(desk.cwd, 'none.edxml'), '<a/>');
    const sign = ['--sign', '--attach', 'annex.pdf', '--profile', 'trung-tam-mau'];
    expect(await desk.run('submit', 'none.edxml', ...sign)).toMatchObject({
      code: 2,
      err: expect.stringContaining('edXMLManifest'),
    });
  });
});

const createWorldElsewhere = async (): Promise<readonly string[]> =>
  (await createWorld({ at: new Date(Date.now()) })).anchors.map(pemOf);

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
