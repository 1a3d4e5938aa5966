/**
 * `npm run bench:counts`: counts what one dispatch of 8 KB to one recipient needs on the local axis, without and with evidence, and what each
 * round of a schedule needs where nothing waits, and writes it to docs/results/counts.json, from which `npm run cost` computes. About a minute.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from '../client/deliverySource.ts';
import { INDEXES } from '../core/contract/environment.ts';
import { LIMITS } from '../core/contract/limits.ts';
import type { RecordedCall } from '../local/runtime/callBook.ts';
import { ROOT } from '../test/kit/stock.ts';
import { startTestAxis, type TestAxis, type TestAxisOptions } from '../test/kit/testAxis.ts';
import { until } from '../test/kit/until.ts';
import type { Counts, DispatchCounts, RoundCounts } from './cost/costOf.ts';
import { stageCounts } from './cost/stageCounts.ts';

/** Of a month with a million. */
const IN_A_MINUTE = 23;
const DISPATCHES = 5 * IN_A_MINUTE;
/** Bytes of an attachment that make a signed message of about 8 KB. */
const CONTENT = 1_500;
/** A query that finds nothing is charged as half a unit; the emulator counts none. */
const QUERY_UNITS = 0.5;
/** Lines of an answer before its body, through API Gateway: assumed. */
const HEADER_BYTES = 700;
const MONTH = { minutes: 43_800, hours: 730, days: 30.4 } as const;

const short = (name: string | undefined): string => (name ?? '').replace(/^docaxis-[a-z0-9]+-/, '');
const readUnits = (calls: readonly RecordedCall[]): number =>
  calls.reduce((sum, { operation, units }) => sum + (units?.read || (operation === 'Query' ? QUERY_UNITS : 0)), 0);
const writeUnits = (calls: readonly RecordedCall[]): number =>
  calls.reduce((sum, { units }) => sum + (units?.write ?? 0), 0);

/** `service:Operation` → calls for each of so many. */
function callsOf(calls: readonly RecordedCall[], each: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { service, operation } of calls) {
    if (service === 'execute-api') continue;
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1 / each;
  }
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, rounded(count)]));
}
const rounded = (number: number): number => Math.round(number * 100) / 100;

/** What one walk sent and was answered, in bytes, and what its recipient has finished at its end. */
interface Walked {
  readonly bytes: number;
  readonly answered: number;
  readonly finished: readonly Finished[];
}

/** The recipient works as the inbox of the client does: the request that acknowledges the one before takes the next. */
async function walk(town: TestAxis, acknowledge: readonly Finished[]): Promise<Walked> {
  const attachment = { ContentId: 'a1', AttachmentName: 'a.bin', ContentType: 'application/octet-stream' };
  const { bytes, answer } = await town.submitLetter({
    attachments: [{ ...attachment, content: randomBytes(CONTENT) }],
  });
  const fannedOut = () =>
    town.axis.logs().some(({ function: name, line }) => short(name) === 'deliver' && line.includes(answer.dispatchId));
  await until(fannedOut, 'the fan-out');
  const recipient = town.clients['bo-minh-hoa'];
  const request = { max: 1, waitSeconds: 0, links: true };
  const received = await recipient.receive(
    acknowledge.length > 0 ? { ...request, acknowledge: [...acknowledge] } : request,
  );
  for (const delivery of received.deliveries) await recipient.fetchContent(delivery);
  return {
    bytes: bytes.length,
    answered: [answer, received].reduce((sum, one) => sum + HEADER_BYTES + Buffer.byteLength(JSON.stringify(one)), 0),
    finished: received.deliveries.map(({ deliveryId, lease, headline: { sha256 } }) => ({
      deliveryId,
      leaseToken: lease.token,
      sha256,
    })),
  };
}

/** When what was received is acknowledged: with the next that is received, or as long after as evidence waits for it at most. */
type When = 'next' | 'later';

/**
 * What a dispatch needs, from submit to acknowledged: counted over many, one after the other. With evidence a round of the log follows on as
 * many as there are in a minute of a month with a million.
 */
async function dispatchCounts(town: TestAxis, evidence?: When): Promise<DispatchCounts> {
  const { axis } = town;
  // What was received and is not acknowledged yet, the oldest first; the first one warms what an instance reads once.
  const open: Finished[] = [];
  for (let first = 0; first < (evidence === 'later' ? IN_A_MINUTE : 1); first++) {
    const walked = await walk(town, []);
    open.push(...walked.finished);
  }
  await logRound(town, evidence);
  const from = axis.calls().at(-1)?.n ?? 0;
  const lines = axis.logs().length;
  const before = new Map(axis.functions.map(({ name, counts }) => [name, counts().invocations]));
  let [bytes, answered] = [0, 0];
  for (let sent = 1; sent <= DISPATCHES; sent++) {
    const walked = await walk(town, open.splice(0, 1));
    bytes += walked.bytes / DISPATCHES;
    answered += walked.answered / DISPATCHES;
    open.push(...walked.finished);
    if (sent % IN_A_MINUTE === 0) await logRound(town, evidence);
  }
  const schedules = ['watch', 'publish', 'revocation'];
  const calls = axis.calls(from).filter(({ function: name }) => !schedules.includes(short(name)));
  const logs = axis
    .logs()
    .slice(lines)
    .filter(({ function: name }) => !schedules.includes(short(name)));
  const invocations = axis.functions
    .map(
      ({ name, counts }) =>
        [short(name), rounded((counts().invocations - (before.get(name) ?? 0)) / DISPATCHES)] as const,
    )
    .filter(([name, count]) => count > 0 && !schedules.includes(name));
  const onRequest = invocations.filter(([name]) => name !== 'deliver' && name !== 'log');
  return {
    bytes: Math.round(bytes),
    httpRequests: rounded(onRequest.reduce((sum, [, count]) => sum + count, 0)),
    invocations: Object.fromEntries(invocations),
    calls: callsOf(calls, DISPATCHES),
    readUnits: rounded(readUnits(calls) / DISPATCHES),
    writeUnits: rounded(writeUnits(calls) / DISPATCHES),
    logBytes: Math.round(logs.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0) / DISPATCHES),
    // The content once, and the answers.
    outBytes: Math.round(bytes + answered),
  };
}

async function logRound(town: TestAxis, evidence: When | undefined): Promise<void> {
  if (evidence === undefined) return;
  town.advance(LIMITS.log.seconds * 1000);
  await town.axis.invoke('docaxis-evaluation-log', {});
}

/** Takes the index of what is to be logged out of the table: all that a walk of a stage without evidence lacks. */
function withoutEvidence(assembly: string): void {
  const file = join(assembly, 'docaxis-evaluation-data.template.json');
  const template: DataTemplate = JSON.parse(readFileSync(file, 'utf8'));
  for (const { Properties } of Object.values(template.Resources))
    Properties.GlobalSecondaryIndexes = Properties.GlobalSecondaryIndexes?.filter(
      ({ IndexName }) => IndexName !== INDEXES.log,
    );
  // It is a link to the assembly that all tests share.
  rmSync(file);
  writeFileSync(file, JSON.stringify(template));
}

interface DataTemplate {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Properties: { GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[] | undefined } }
    >
  >;
}

/** Counts on an axis of its own. */
async function on<T>(count: (town: TestAxis) => Promise<T>, options: TestAxisOptions = {}): Promise<T> {
  const town = await startTestAxis({ attempts: 3, schedulesOnDemand: true, ...options });
  try {
    return await count(town);
  } finally {
    await town.stop();
  }
}

async function roundCounts(
  town: TestAxis,
  name: string,
  { event, perMonth }: { event: object; perMonth: number },
): Promise<RoundCounts> {
  const { axis } = town;
  const invoke = () => axis.invoke(`docaxis-evaluation-${name}`, event);
  await invoke();
  const from = axis.calls().at(-1)?.n ?? 0;
  const seen = axis.logs().length;
  await invoke();
  const calls = axis.calls(from).filter(({ function: caller }) => short(caller) === name);
  const lines = axis
    .logs()
    .slice(seen)
    .filter(({ function: writer }) => short(writer) === name);
  const metrics = lines.flatMap(({ line }) =>
    [...line.matchAll(/"Metrics":\[([^\]]*)\]/g)].flatMap(([, list = '']) => list.match(/"Name"/g) ?? []),
  );
  return {
    function: name,
    perMonth,
    calls: callsOf(calls, 1),
    readUnits: rounded(readUnits(calls)),
    writeUnits: rounded(writeUnits(calls)),
    logBytes: lines.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0),
    metrics: metrics.length,
  };
}

/** Rounds of schedules that find nothing, and what the templates have. */
const idle = async (town: TestAxis): Promise<Pick<Counts, 'rounds' | 'stage'>> => ({
  rounds: {
    watch: await roundCounts(town, 'watch', { event: { task: 'watch' }, perMonth: MONTH.minutes }),
    log: await roundCounts(town, 'log', { event: {}, perMonth: MONTH.minutes }),
    remember: await roundCounts(town, 'watch', { event: { task: 'remember' }, perMonth: MONTH.minutes / 5 }),
    sweep: await roundCounts(town, 'watch', { event: { task: 'sweep' }, perMonth: MONTH.hours }),
    certificates: await roundCounts(town, 'watch', { event: { task: 'certificates' }, perMonth: MONTH.days }),
    publish: await roundCounts(town, 'publish', { event: {}, perMonth: MONTH.minutes / 15 }),
    revocation: await roundCounts(town, 'revocation', { event: {}, perMonth: MONTH.minutes / 5 }),
  },
  stage: stageCounts(
    ['docaxis-evaluation-data', 'docaxis-evaluation'].map((name) =>
      JSON.parse(readFileSync(join(town.data, 'assembly', `${name}.template.json`), 'utf8')),
    ),
  ),
});

const counts: Counts = {
  countedOn: new Date().toISOString().slice(0, 10),
  ...(await on(idle)),
  dispatch: await on((town) => dispatchCounts(town), { at: Date.now(), change: withoutEvidence }),
  evidence: {
    soon: await on((town) => dispatchCounts(town, 'next')),
    later: await on((town) => dispatchCounts(town, 'later')),
  },
};
const file = join(ROOT, 'docs', 'results', 'counts.json');
writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
console.log(`written to docs/results/counts.json\n${JSON.stringify(counts, null, 2)}`);
