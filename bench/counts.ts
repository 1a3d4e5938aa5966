/**
 * `npm run bench:counts`: counts what one dispatch of 8 KB to one recipient needs on the local axis, and what each round of a schedule
 * needs where nothing waits, and writes it to docs/results/counts.json, from which `npm run cost` computes. About half a minute.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finished } from '../client/deliverySource.ts';
import type { RecordedCall } from '../local/runtime/callBook.ts';
import { ROOT } from '../test/kit/stock.ts';
import { startTestAxis, type TestAxis } from '../test/kit/testAxis.ts';
import { until } from '../test/kit/until.ts';
import type { Counts, DispatchCounts, RoundCounts } from './cost/costOf.ts';
import { evidenceCounts } from './cost/evidenceCounts.ts';
import { stageCounts } from './cost/stageCounts.ts';

const DISPATCHES = 100;
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

async function dispatchCounts(town: TestAxis): Promise<DispatchCounts> {
  // The first one warms what an instance reads once: registry, trust anchors, receipt key.
  let { finished } = await walk(town, []);
  const { axis } = town;
  const from = axis.calls().at(-1)?.n ?? 0;
  const lines = axis.logs().length;
  const before = new Map(axis.functions.map(({ name, counts }) => [name, counts().invocations]));
  let [bytes, answered] = [0, 0];
  for (let sent = 0; sent < DISPATCHES; sent++) {
    const walked = await walk(town, finished);
    bytes += walked.bytes / DISPATCHES;
    answered += walked.answered / DISPATCHES;
    finished = walked.finished;
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
  const onRequest = invocations.filter(([name]) => name !== 'deliver');
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

const town = await startTestAxis({ attempts: 3 });
try {
  const rounds = {
    watch: await roundCounts(town, 'watch', { event: { task: 'watch' }, perMonth: MONTH.minutes }),
    remember: await roundCounts(town, 'watch', { event: { task: 'remember' }, perMonth: MONTH.minutes / 5 }),
    sweep: await roundCounts(town, 'watch', { event: { task: 'sweep' }, perMonth: MONTH.hours }),
    certificates: await roundCounts(town, 'watch', { event: { task: 'certificates' }, perMonth: MONTH.days }),
    publish: await roundCounts(town, 'publish', { event: {}, perMonth: MONTH.minutes / 15 }),
    revocation: await roundCounts(town, 'revocation', { event: {}, perMonth: MONTH.minutes / 5 }),
  };
  const stage = stageCounts(
    ['docaxis-evaluation-data', 'docaxis-evaluation'].map((name) =>
      JSON.parse(readFileSync(join(town.data, 'assembly', `${name}.template.json`), 'utf8')),
    ),
  );
  const counts: Counts = {
    countedOn: new Date().toISOString().slice(0, 10),
    dispatch: await dispatchCounts(town),
    rounds,
    stage,
    // Last: it writes into the items.
    evidence: await evidenceCounts(town),
  };
  const file = join(ROOT, 'docs', 'results', 'counts.json');
  writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
  console.log(`written to docs/results/counts.json\n${JSON.stringify(counts, null, 2)}`);
} finally {
  await town.stop();
}
