/**
 * The client under test of `docaxis kit`, made of the SDK: what an adapter looks like, and the proof that the SDK handles every
 * behaviour. An agency imports from 'docaxis-client'.
 *
 *   docaxis kit run --profile FILE -- node examples/kit/sdkClient.ts
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AxisClient,
  AxisFault,
  AxisRefusal,
  type InboxDelivery,
  profileTrust,
  readProfile,
} from '../../client/index.ts';

/** Exit codes of the adapter, those of sysexits.h. */
const EXIT = { done: 0, refused: 1, usage: 64, later: 75 } as const;
/** What could not be used is offered again after so many seconds, not at once. */
const REST_SECONDS = 300;

const profile = readProfile(await readFile(process.env.DOCAXIS_PROFILE ?? '', 'utf8'));
const client = AxisClient.of(profile, { answerMs: Number(process.env.DOCAXIS_TIMEOUT_MS ?? 35_000) });

async function send(file: string): Promise<void> {
  const { outcome, dispatchId } = await client.submit(await readFile(file));
  console.log(outcome, dispatchId);
}

async function receive(folder: string): Promise<void> {
  const trouble = (error: unknown): void => console.error(messageOf(error));
  for await (const delivery of client.inbox({ untilEmpty: true, onTrouble: trouble })) {
    try {
      await handOn(delivery, folder);
    } catch (error) {
      process.exitCode = EXIT.refused;
      trouble(error);
      await delivery.release(REST_SECONDS);
    }
  }
}

/** The name is made of the delivery's id: what comes again replaces itself, and no sender chooses a path. */
async function handOn(delivery: InboxDelivery, folder: string): Promise<void> {
  const { ok, bytes } = await delivery.verified(profileTrust(profile));
  if (delivery.headline.signed !== 'none' && !ok)
    throw new Error(`${delivery.deliveryId}: its signature does not hold`);
  const path = join(folder, `${delivery.deliveryId}.edxml`);
  await writeFile(`${path}.part`, bytes, { flush: true });
  await rename(`${path}.part`, path);
}

async function status(dispatchId: string): Promise<void> {
  const { deliveries } = await client.dispatch(dispatchId);
  for (const { recipient, state } of deliveries) console.log(recipient, state);
}

function messageOf(error: unknown): string {
  if (error instanceof AxisRefusal) return `${error.code}: ${error.message} (who must act: ${error.whoMustAct})`;
  return error instanceof Error ? error.message : String(error);
}

/** What may pass is tried again later, by whoever started this program. */
const isLater = (error: unknown): boolean =>
  (error instanceof AxisFault && (error.kind === 'unreachable' || error.kind === 'fault')) ||
  (error instanceof AxisRefusal && error.retryable);

const [, , name = '', argument = ''] = process.argv;
const commands = new Map([
  ['send', send],
  ['receive', receive],
  ['status', status],
]);
try {
  const command = commands.get(name);
  if (command) await command(argument);
  else process.exitCode = EXIT.usage;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = isLater(error) ? EXIT.later : EXIT.refused;
}
