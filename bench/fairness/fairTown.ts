import { BearerTokens } from '../../client/bearerTokens.ts';
import { windowOf } from '../../core/budget/purse.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { enrolAgencies, enrolSystem, manyCodes } from '../../test/kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../../test/kit/testAxis.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/kit/webhookReceiver.ts';
import { benchLetter } from '../sampleTraffic.ts';

/** The system that others must not slow down, and the one that sends too much. */
export const QUIET = { system: 'bo-minh-hoa', agency: 'X92' } as const;
const NOISY = { system: 'trung-tam-mau', agency: 'X91.04' } as const;
const CONTENT_BYTES = 1500;
const REASON = 'benchmark';

export interface FairTown {
  readonly town: TestAxis;
  /** Milliseconds of the process at which the quiet system was told of a dispatch, by its id. */
  readonly told: ReadonlyMap<string, number>;
  /** Code of an agency whose system never asks and whose webhook answers nobody. */
  readonly dead: string;
  /** Codes of agencies that receive one large dispatch. */
  readonly many: readonly string[];
  /** A letter of the noisy system. */
  noisyLetter(to: readonly string[]): Promise<Buffer>;
  /** Submits one as the noisy system, which takes no notice of anything; the status of the answer. */
  shout(letter: Buffer): Promise<number>;
  stop(): Promise<void>;
}

/** An axis with a noisy system of so many requests a minute. */
export async function openFairTown(requests: number, many: number): Promise<FairTown> {
  const town = await startTestAxis();
  const hooks: WebhookReceiver[] = [];
  const stop = async (): Promise<void> => {
    await town.stop();
    await Promise.all(hooks.map((hook) => hook.stop()));
  };
  try {
    const path = { systemId: NOISY.system };
    await town.operator.call('setLimits', { path, body: { requests, reason: REASON } });
    const told = await listen(town, hooks);
    const dead = await enrolDead(town, hooks);
    await enrolSystem(town, 'noi-nhan-nhieu');
    const codes = manyCodes('X97', many);
    await enrolAgencies(town, codes, 'noi-nhan-nhieu');
    town.advance(LIMITS.registryCacheSeconds * 1000);
    const key = town.world.systems.find(({ systemId }) => systemId === NOISY.system)?.key;
    if (!key) throw new Error(`the sample world has no system ${NOISY.system}`);
    const now = () => town.axis.clock.now();
    const tokens = new BearerTokens({ audience: town.facts.axis, system: NOISY.system, key, now });
    return {
      town,
      told,
      dead,
      many: codes,
      noisyLetter: (to) => benchLetter(town, { from: NOISY.agency, to, contentBytes: CONTENT_BYTES }),
      shout: async (letter) => {
        const headers = { authorization: `Bearer ${await tokens.token()}`, 'content-type': 'application/edxml' };
        const url = new URL('/v1/dispatches', town.facts.url);
        const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(letter) });
        await response.arrayBuffer();
        return response.status;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const quietLetter = ({ town }: FairTown): Promise<Buffer> =>
  // To itself: who else receives has nothing to do with it.
  benchLetter(town, { from: QUIET.agency, to: [QUIET.agency], contentBytes: CONTENT_BYTES });

/** The clock goes on to where the noisy system's next window begins. */
export function freshBudget({ town }: FairTown): void {
  const now = town.axis.clock.now();
  town.advance(windowOf(NOISY.system, now).endsAt - now + 1);
}

/** The quiet system takes what is left in its inbox. */
export async function emptyInbox({ town }: FairTown): Promise<void> {
  const client = town.clients[QUIET.system];
  for (let found = 1; found > 0; ) {
    const { deliveries } = await client.receive({ max: 10 });
    found = deliveries.length;
    for (const { deliveryId, lease } of deliveries) await client.acknowledge(deliveryId, { leaseToken: lease.token });
  }
}

/** The quiet system has a webhook, which notes when it was told of what. */
async function listen({ clients }: TestAxis, hooks: WebhookReceiver[]): Promise<ReadonlyMap<string, number>> {
  const told = new Map<string, number>();
  const hook = await startWebhookReceiver();
  hooks.push(hook);
  await clients[QUIET.system].setWebhook(hook.url);
  hook.answer = (response) => {
    const { data }: { data: { deliveries?: readonly { dispatchId: string }[] } } = JSON.parse(
      hook.seen.pop()?.body ?? '{}',
    );
    for (const { dispatchId } of data.deliveries ?? []) told.set(dispatchId, performance.now());
    response.writeHead(204).end();
  };
  return told;
}

/** A system that answered the ping of its webhook, and nothing since. */
async function enrolDead(town: TestAxis, hooks: WebhookReceiver[]): Promise<string> {
  const client = await enrolSystem(town, 'he-thong-im-lang');
  const [code = ''] = manyCodes('X96', 1);
  await enrolAgencies(town, [code], 'he-thong-im-lang');
  const hook = await startWebhookReceiver();
  hooks.push(hook);
  await client.setWebhook(hook.url);
  hook.answer = () => undefined;
  return code;
}
