import { sha256Of } from '../../core/contract/derivedIds.ts';
import type { DeliveryId, DispatchId } from '../../core/contract/ids.ts';
import type { Outcome } from '../../core/contract/refusals.ts';
import { acknowledge, reject, release } from '../../core/walk/acknowledge.ts';
import { deliver } from '../../core/walk/deliver.ts';
import { extend } from '../../core/walk/extend.ts';
import { fetchContent } from '../../core/walk/fetch.ts';
import { holdDispatch } from '../../core/walk/hold.ts';
import { collect, giveBack, holdByName, takeContent } from '../../core/walk/mailbox.ts';
import { lease, receive } from '../../core/walk/receive.ts';
import { discard, requeue } from '../../core/walk/setAside.ts';
import { submit } from '../../core/walk/submit.ts';
import { watch } from '../../core/walk/watch.ts';
import { watchDelivery } from '../../core/walk/watchDelivery.ts';
import type { ModelAxis } from './axis/axis.ts';
import { writeMessage } from './axis/writeMessage.ts';
import type { Operation } from './operation.ts';
import type { Plan } from './plan.ts';
import * as modelDeliver from './town/deliver.ts';
import * as modelInbox from './town/inbox.ts';
import * as modelMailbox from './town/mailbox.ts';
import * as modelOperate from './town/operate.ts';
import type { AgencyCode, SystemName } from './town/places.ts';
import * as modelSubmit from './town/submit.ts';
import { type Answer, atOnce, done, refused } from './town/town.ts';
import * as modelWatch from './town/watch.ts';

/** Every operation of the model, both sides beside each other. */

/** The product's answer in the model's shape. */
const answerOf = <T>(outcome: Outcome<T>, shown: (value: T) => unknown): Answer =>
  outcome.ok ? done(shown(outcome.value)) : refused(outcome.refusal.code);

const OPERATOR = { by: 'operator:model', reason: 'thử nghiệm' } as const;
const short = (id: string): string => id.slice(0, 8);

export function submitting(system: SystemName, plan: Plan, { queueFails = false } = {}): Operation {
  const bytes = writeMessage(plan);
  const sha256 = sha256Of(bytes);
  return {
    name: `submit ${JSON.stringify(plan)}${queueFails ? ' while the queue fails' : ''}`,
    interruptible: true,
    async real(axis, gate) {
      const { expiresIn } = plan;
      const deliveryExpires = expiresIn === undefined ? undefined : axis.now + expiresIn;
      const request = { caller: axis.directory.caller(system), bytes, deliveryExpires, dryRun: false };
      return answerOf(
        await submit(request, axis.ports(gate, 'submit', queueFails ? 'fails' : 'works')),
        ({ outcome }) => outcome,
      );
    },
    model: (town) => modelSubmit.submit(town, { plan, sha256, queueFails }),
  };
}

/**
 * A worker takes a message of the queue. What is done or can never be done leaves it, unless the queue hands it out
 * once more.
 */
export function working(dispatchId: string, { twice = false } = {}): Operation {
  return {
    name: `work ${short(dispatchId)}${twice ? ', which the queue will hand out again' : ''}`,
    interruptible: true,
    async real(axis, gate) {
      const message = { dispatchId: dispatchId as DispatchId, chunk: 0, chunks: 1 };
      try {
        const fate = await deliver(message, axis.ports(gate, 'worker'));
        return fate.fate === 'done' ? done('done') : refused(fate.fate);
      } catch (error) {
        if (error instanceof Error && EXPECTED.test(error.message)) return refused('again');
        throw error;
      }
    },
    model: (town) => modelDeliver.deliver(town, dispatchId),
    after(town, axis, answer) {
      if (twice || answer === undefined || (!answer.ok && answer.code === 'again')) return;
      take(axis.queue, (message) => message.dispatchId === dispatchId);
      take(town.queue, (id) => id === dispatchId);
    },
  };
}

/** Faults after which the queue brings a message back on purpose. */
const EXPECTED = /is not delivered to|does not withdraw/;

function take<T>(from: T[], isWanted: (one: T) => boolean): void {
  const place = from.findIndex(isWanted);
  if (place >= 0) from.splice(place, 1);
}

export interface Leasing {
  readonly system: SystemName;
  readonly seal: string;
  readonly seconds: number;
}

export const receiving = ({ system, seal, seconds }: Leasing, max: number): Operation => ({
  name: `receive up to ${max} as ${system} for ${seconds} s under ${seal}`,
  interruptible: false,
  real: async (axis, gate) =>
    answerOf(
      await receive(axis.directory.caller(system), { max, leaseSeconds: seconds, links: true }, axis.ports(gate, seal)),
      ({ deliveries }) => deliveries.map(({ deliveryId }) => deliveryId),
    ),
  model: (town) => atOnce(() => modelInbox.receive(town, { system, max, seconds, seal })),
});

export const leasing = ({ system, seal, seconds }: Leasing, id: string): Operation => ({
  name: `lease ${short(id)} as ${system} for ${seconds} s under ${seal}`,
  interruptible: true,
  real: async (axis, gate) =>
    answerOf(
      await lease(
        axis.directory.caller(system),
        { deliveryId: id as DeliveryId, leaseSeconds: seconds },
        axis.ports(gate, seal),
      ),
      ({ deliveryId }) => [deliveryId],
    ),
  model: (town) => atOnce(() => modelInbox.leaseOne(town, { system, delivery: id, seal, seconds })),
});

export type Ending = 'acknowledge' | 'reject' | 'release' | 'extend';

/** What a holder says. The product's token is the rank of the delivery and the seal. */
export function ending(
  what: Ending,
  named: modelInbox.Named & { readonly rank: number; readonly seconds: number },
): Operation {
  const { system, delivery, seal, seconds, rank } = named;
  const request = { deliveryId: delivery as DeliveryId, leaseToken: `${rank}${seal.padEnd(21, '-')}` };
  return {
    name: `${what} ${short(delivery)} as ${system} under ${seal}, ${seconds} s`,
    interruptible: true,
    async real(axis, gate) {
      const caller = axis.directory.caller(system);
      const ports = axis.ports(gate, 'holder');
      if (what === 'acknowledge') return answerOf(await acknowledge(caller, request, ports), ({ state }) => state);
      if (what === 'reject')
        return answerOf(await reject(caller, { ...request, reason: 'gửi nhầm' }, ports), ({ state }) => state);
      if (what === 'release')
        return answerOf(await release(caller, { ...request, afterSeconds: seconds }, ports), ({ state }) => state);
      const extended = await extend(caller, { ...request, leaseSeconds: seconds }, ports);
      return answerOf(extended, ({ lease: { until } }) => Date.parse(until));
    },
    model: (town) =>
      atOnce(() => {
        if (what === 'release') return modelInbox.release(town, named, seconds);
        if (what === 'extend') return modelInbox.extend(town, named, seconds);
        return modelInbox.settle(town, named, what === 'reject' ? 'rejected' : 'acknowledged');
      }),
  };
}

export type ByName = 'take' | 'hold' | 'collect' | 'giveBack';

/** What systems without lease tokens do. */
export function byName(what: ByName, system: SystemName, id: string): Operation {
  const deliveryId = id as DeliveryId;
  const named = { system, delivery: id };
  return {
    name: `${what} ${short(id)} by name as ${system}`,
    interruptible: true,
    async real(axis, gate) {
      const caller = axis.directory.caller(system);
      const ports = axis.ports(gate, 'mailbox');
      if (what === 'take')
        return answerOf(await takeContent(caller, deliveryId, ports), ({ contentKey, dispatchId }) => {
          if (!axis.objects.has(contentKey)) throw new Error(`${contentKey} was handed out and is not there`);
          return dispatchId;
        });
      const step = { hold: holdByName, collect, giveBack }[what];
      return answerOf(await step(caller, deliveryId, ports), ({ state }) => state);
    },
    model: (town) =>
      atOnce(() => {
        if (what === 'take' || what === 'hold') return modelMailbox.take(town, named, { fetched: what === 'take' });
        return what === 'collect' ? modelMailbox.collect(town, named) : modelMailbox.giveBack(town, named);
      }),
  };
}

export const fetching = (
  system: SystemName,
  { id, dispatch }: { readonly id: string; readonly dispatch: string },
): Operation => ({
  name: `fetch the content of ${short(id)} as ${system}`,
  interruptible: false,
  async real(axis, gate) {
    const wanted = { dispatchId: dispatch as DispatchId, deliveryId: id as DeliveryId };
    return answerOf(
      await fetchContent(axis.directory.caller(system), wanted, axis.ports(gate, 'fetch')),
      () => dispatch,
    );
  },
  model: (town) => atOnce(() => modelInbox.fetch(town, { system, delivery: id })),
});

export const watching = (): Operation => ({
  name: 'the watchman makes a round',
  interruptible: false,
  async real(axis, gate) {
    const ports = axis.ports(gate, 'watchman');
    await watch(ports);
    if (ports.troubles.length > 0) throw new Error(ports.troubles.join('; '));
    return done(undefined);
  },
  model: (town) => atOnce(() => modelWatch.watch(town)),
});

export const watchingOne = (id: string): Operation => ({
  name: `the watchman comes to ${short(id)}`,
  interruptible: true,
  async real(axis, gate) {
    const ports = axis.ports(gate, 'watchman');
    const delivery = await ports.deliveries.find(id as DeliveryId);
    if (delivery) await watchDelivery(delivery, axis.now, ports);
    return done(undefined);
  },
  model: (town) => modelWatch.watchOne(town, id),
});

export const operating = (what: 'requeue' | 'discard', id: string): Operation => ({
  name: `an operator says ${what} of ${short(id)}`,
  interruptible: true,
  real: async (axis, gate) =>
    answerOf(
      await (what === 'requeue' ? requeue : discard)(OPERATOR, id as DeliveryId, axis.ports(gate, 'operator')),
      ({ state }) => state,
    ),
  model: (town) => atOnce(() => (what === 'requeue' ? modelOperate.requeue : modelOperate.discard)(town, id)),
});

export const holding = (id: string, held: boolean): Operation => ({
  name: `an operator ${held ? 'holds' : 'lets go'} ${short(id)}`,
  interruptible: false,
  real: async (axis, gate) =>
    answerOf(
      await holdDispatch(OPERATOR, { dispatchId: id as DispatchId, held }, axis.ports(gate, 'operator')),
      (answer) => answer.held,
    ),
  model: (town) => atOnce(() => modelOperate.hold(town, id, held)),
});

export const suspending = (agency: AgencyCode, suspended: boolean): Operation => ({
  name: `${agency} is ${suspended ? 'suspended' : 'active again'}`,
  interruptible: false,
  async real(axis: ModelAxis) {
    axis.directory.suspend(agency, suspended);
    return done(undefined);
  },
  model: (town) => atOnce(() => modelOperate.suspend(town, agency, suspended)),
});
