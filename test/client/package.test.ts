import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemProfile } from '../../local/profiles.ts';
import { buildClient, type ClientPackage } from '../../scripts/buildClient.ts';
import { sampleDocument } from '../../world/documents.ts';
import { ROOT } from '../kit/stock.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { type Example, publicExports } from './publicExports.ts';

const run = promisify(execFile);
const exported = publicExports();
const examples = exported.flatMap(({ name, example }) => (example === undefined ? [] : [{ name, example }]));

let work: string;
let project: string;
let built: ClientPackage;
let town: TestAxis;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'docaxis-package-'));
  project = join(work, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  [built, town] = await Promise.all([buildClient(join(work, 'built')), startTestAxis()]);
  // A cache of its own and no network: whatever is not in the tarball cannot come from anywhere.
  const flags = ['--offline', '--no-audit', '--no-fund', '--silent', '--cache', join(work, 'cache')];
  await run('npm', ['install', built.tarball, ...flags], { cwd: project, shell: process.platform === 'win32' });
}, 120_000);
afterAll(async () => {
  await town.stop();
  await rm(work, { recursive: true, force: true });
});

let numbers = 700;

/** A folder with what a newcomer has: a profile, and a letter of one agency to the other of the same system. */
async function openFolder(name: string): Promise<string> {
  const folder = join(project, name);
  numbers += 1;
  await mkdir(folder);
  const profile = systemProfile('trung-tam-mau', town.world, town.facts);
  await writeFile(join(folder, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  const draft = {
    from: 'X91.04',
    to: ['X91.05'],
    number: numbers,
    date: '2026/03/02',
    subject: `Thử ${name}`,
  } as const;
  await writeFile(join(folder, 'letter.edxml'), sampleDocument({ ...draft, to: [...draft.to] }));
  return folder;
}

describe('the package', () => {
  test('is as publint wants it', async () => {
    const { messages } = await publint({ pkgDir: built.folder, strict: true });
    expect(messages).toEqual([]);
  });

  test('installs without network, alone and small', async () => {
    const installed = (await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['docaxis-client']);
    const importMs = async (): Promise<number> => {
      const code = "const t=performance.now();await import('docaxis-client');console.log(performance.now()-t)";
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: project });
      return Number(stdout);
    };
    const times = [await importMs(), await importMs(), await importMs()].toSorted((a, b) => a - b);
    const kilobytes = Math.round(built.bytes / 1024);
    console.log(`tarball ${kilobytes} KB, dependencies 0, import ${Math.round(times[1] ?? 0)} ms`);
    expect(kilobytes).toBeLessThan(450);
  });

  test('loads what signs only for those who sign', async () => {
    const dist = join(built.folder, 'dist');
    const entry = await readFile(join(dist, 'index.js'), 'utf8');
    const loaded = [...entry.matchAll(/from"\.\/(chunks\/[^"]+)"/g)].map(([, chunk]) => chunk ?? '');
    const sizes = await Promise.all(loaded.map(async (chunk) => (await stat(join(dist, chunk))).size));
    expect(sizes.reduce((sum, size) => sum + size, entry.length)).toBeLessThan(400_000);
    expect(entry).not.toContain('xmldsig');
  });

  test('names the licences of what it contains', async () => {
    const text = await readFile(join(project, 'node_modules/docaxis-client/NOTICES.txt'), 'utf8');
    for (const name of ['aws4fetch', 'jose', 'xmldsigjs', '@xmldom/xmldom', 'zod'])
      expect(text).toContain(`\n${name}\n`);
    expect(text).not.toContain('@aws-sdk');
  });

  test('brings the command', async () => {
    const command = join(project, 'node_modules/.bin/docaxis');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: project });
    expect(stdout).toContain('usage: docaxis COMMAND');
    const folder = await openFolder('command');
    const argv = [command, 'submit', 'letter.edxml', '--sign', '--json', '--profile', './profile.json'];
    const submitted = await run(process.execPath, argv, { cwd: folder });
    expect(JSON.parse(submitted.stdout)).toMatchObject({ outcome: 'accepted' });
  });

  test('the program of its README submits and takes a dispatch in less than 20 lines', async () => {
    const readme = await readFile(join(ROOT, 'client/README.md'), 'utf8');
    const code = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
    expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(20);
    const folder = await openFolder('readme');
    await writeFile(join(folder, 'program.js'), code);
    const child = spawn(process.execPath, ['program.js'], { cwd: folder });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    try {
      const sent = await until(() => /^sent (dsp_\w+)/m.exec(printed)?.[1], 'the submission');
      const client = town.clients['trung-tam-mau'];
      await until(async () => {
        const { deliveries } = await client.dispatch(sent);
        return deliveries[0]?.state === 'acknowledged';
      }, `the acknowledgement, after ${printed}`);
      expect(printed).toMatch(/^taken .+ \d+$/m);
    } finally {
      child.kill();
    }
  });
});

describe('every public export', () => {
  test('has a docstring, and what is more than a type an example', () => {
    expect(exported.filter(({ doc }) => doc === undefined).map(({ name }) => name)).toEqual([]);
    const silent = exported.filter(({ isValue, example }) => isValue && example === undefined);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('and its example fit together for the compiler, with nothing but Node’s types', async () => {
    const folder = join(project, 'typed');
    await mkdir(folder);
    for (const { name, example } of examples) await writeFile(join(folder, `${name}.ts`), example);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      moduleDetection: 'force',
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const failure = await run(process.execPath, [tsc, '-p', folder], { cwd: project }).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(failure).toBe('');
  });

  test.each(examples)('$name: its example runs', async ({ name, example }: Example) => {
    const folder = await openFolder(`example-${name}`);
    // Something waits for those who take.
    await town.submitLetter({ from: 'X91.04', to: ['X91.05'] });
    await writeFile(join(folder, 'example.js'), example);
    const { stdout, stderr } = await run(process.execPath, ['example.js'], { cwd: folder, timeout: 20_000 });
    if (!['AxisFault', 'AxisRefusal'].includes(name))
      expect({ stderr, said: stdout !== '' }).toEqual({ stderr: '', said: true });
  });
});
