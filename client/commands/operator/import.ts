import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import type { AnswerOf } from '../../../core/contract/answers.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../../command.ts';
import { type DirectoryEntry, readDirectoryFile } from '../../directoryFile.ts';
import { replaceFile } from '../../leaseFile.ts';
import type { OperatorClient } from '../../operatorClient.ts';
import { table } from '../../table.ts';
import { reasonOf } from './operatorCommand.ts';

type Result = AnswerOf<'importAgencies'>['results'][number];

/** Less than a JSON body may have, with room for what stands around the agencies. */
const BATCH_BYTES = LIMITS.jsonBytes - 4096;
/** Calls under way at once. */
const AT_ONCE = 4;
/** Lines shown of what differs or is refused; `--json` tells all. */
const SHOWN = 50;
const PROGRESS = z.object({ sha256: z.string(), done: z.number() });

interface Tally {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly refused: number;
}

/** `docaxis import`: brings a directory in, and goes on where it broke off. */
export const importCommand: Command = {
  name: 'import',
  aliases: [],
  summary: { en: 'Bring a directory of agencies in', vi: 'Nhập danh bạ cơ quan' },
  usage: 'FILE [--dry-run] --reason TEXT',
  example: 'docaxis import agencies.csv --dry-run --reason "danh bạ quý 1"',
  options: {
    'dry-run': { type: 'boolean', help: 'say what differs and write nothing' },
    'from-start': { type: 'boolean', help: 'begin anew instead of where it broke off' },
    reason: { type: 'string', value: 'TEXT', help: 'why; it stands in the history beside your name' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    reasonOf(invocation);
    const file = resolve(context.cwd, invocation.argument);
    const { sha256, entries } = await survey(file);
    const mark = `${file}.import.json`;
    const resumes = !invocation.flag('dry-run') && !invocation.flag('from-start');
    const start = resumes ? await doneBefore(mark, sha256) : 0;
    const kept = async (done: number): Promise<void> => {
      if (!invocation.flag('dry-run')) await replaceFile(mark, JSON.stringify({ sha256, done }));
    };
    const outcome = await bringIn({ file, start, entries, kept }, invocation, context);
    if (!invocation.flag('dry-run')) await rm(mark, { force: true });
    report({ ...outcome, skipped: start }, context);
    return outcome.tally.refused > 0 ? EXIT.refused : EXIT.done;
  },
};

/** Reads the whole file once before anything is sent: a line that cannot be read stops nothing half-way. */
async function survey(file: string): Promise<{ readonly sha256: string; readonly entries: number }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  let entries = 0;
  for await (const _ of readDirectoryFile(file)) entries += 1;
  return { sha256: hash.digest('hex'), entries };
}

/** How many entries of this very file were brought in before the import broke off. */
async function doneBefore(mark: string, sha256: string): Promise<number> {
  // A mark that is not there or cannot be read only costs time: what was brought in is found unchanged.
  const told: unknown = await readFile(mark, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  const progress = z.safeParse(PROGRESS, told);
  return progress.success && progress.data.sha256 === sha256 ? progress.data.done : 0;
}

interface Work {
  readonly file: string;
  readonly start: number;
  readonly entries: number;
  readonly kept: (done: number) => Promise<void>;
}

async function bringIn(
  { file, start, entries, kept }: Work,
  invocation: Invocation,
  context: CommandContext,
): Promise<{ readonly tally: Tally; readonly told: readonly Result[] }> {
  const operator = await context.operator();
  const tally = { added: 0, changed: 0, same: 0, refused: 0 };
  const told: Result[] = [];
  let done = start;
  for await (const round of roundsOf(file, start)) {
    const answers = await Promise.all(round.map((batch) => send(batch, operator, invocation)));
    for (const result of answers.flat()) {
      tally[result.outcome] += 1;
      if (result.outcome !== 'same') told.push(result);
    }
    done += round.flat().length;
    await kept(done);
    context.progress(bar(done, entries));
  }
  context.progress('');
  return { tally, told };
}

async function send(
  agencies: readonly DirectoryEntry[],
  operator: OperatorClient,
  invocation: Invocation,
): Promise<readonly Result[]> {
  const body = { agencies, dryRun: invocation.flag('dry-run'), reason: reasonOf(invocation) };
  return (await operator.call('importAgencies', { body })).results;
}

/** A few batches at a time, each within what one call takes. */
async function* roundsOf(file: string, start: number): AsyncGenerator<readonly (readonly DirectoryEntry[])[]> {
  let round: DirectoryEntry[][] = [[]];
  let bytes = 0;
  let place = 0;
  for await (const entry of readDirectoryFile(file)) {
    place += 1;
    if (place <= start) continue;
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    const last = round.at(-1);
    if (last && last.length < LIMITS.importAgencies && bytes + size <= BATCH_BYTES) {
      last.push(entry);
      bytes += size;
      continue;
    }
    if (round.length === AT_ONCE) {
      yield round;
      round = [];
    }
    round.push([entry]);
    bytes = size;
  }
  if (round[0]?.length) yield round;
}

const WIDTH = 30;

function bar(done: number, all: number): string {
  const full = all === 0 ? WIDTH : Math.floor((done / all) * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${done}/${all}`;
}

function report(
  { tally, told, skipped }: { readonly tally: Tally; readonly told: readonly Result[]; readonly skipped: number },
  context: CommandContext,
): void {
  const { word, language } = context;
  const words = { added: 'added', changed: 'changed', same: 'same', refused: 'refused' } as const;
  const rows = told.slice(0, SHOWN).map(({ code, outcome, changes, refusal }) => {
    const why = language === 'vi' ? refusal?.detailVi : refusal?.detail;
    return [code, word(words[outcome]), why ?? changes?.join('; ') ?? ''];
  });
  if (rows.length > 0) context.say(table([word('code'), word('state'), word('reason')], rows));
  if (told.length > SHOWN) context.say(`… +${told.length - SHOWN}`);
  const { added, changed, same, refused } = tally;
  const counts = { added, changed, same: same + skipped, refused };
  const said = Object.entries(counts).map(([name, count]) => `${word(words[name as keyof typeof words])}: ${count}`);
  context.say(said.join(', '));
  context.result({ ...tally, skipped, results: told });
}
