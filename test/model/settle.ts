import assert from 'node:assert/strict';
import type { DispatchId } from '../../core/contract/ids.ts';
import { listInbox } from '../../core/walk/receive.ts';
import { viewDispatch } from '../../core/walk/view.ts';
import type { ModelAxis } from './axis/axis.ts';
import { OPEN } from './axis/turnstile.ts';
import type { Driver } from './driver.ts';
import { watching, working } from './operations.ts';
import { idOf } from './town/deliver.ts';
import { inboxOf } from './town/inbox.ts';
import { SYSTEMS, type SystemName, systemOf } from './town/places.ts';
import { HOUR, isHeld, type ModelDelivery, type ModelDispatch, type Town } from './town/town.ts';

/** Rounds after which everything that was accepted must be in its inboxes. */
const ROUNDS = 12;

/** Lets the workers and the watchman go on until nothing is left to deliver. */
export async function drain(town: Town, driver: Driver): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const id of [...town.queue]) if (town.queue.includes(id)) await driver.alone(town, working(id));
    const open = [...town.dispatches.values()].filter(({ state }) => state === 'accepted');
    if (open.length === 0 && town.queue.length === 0) return;
    driver.advance(town, 2 * HOUR);
    await driver.alone(town, watching());
  }
  throw new Error(
    `never delivered: ${[...town.dispatches.values()]
      .filter(({ state }) => state === 'accepted')
      .map(({ id }) => id)
      .join(', ')}`,
  );
}

/**
 * Both sides see the same deliveries, as the model has them, and nobody else sees any; every inbox lists what waits in
 * it.
 */
export async function checkViews(town: Town, axis: ModelAxis): Promise<void> {
  for (const dispatch of town.dispatches.values()) await checkDispatch(town, axis, dispatch);
  for (const system of SYSTEMS) {
    const { items } = await listInbox(axis.directory.caller(system), { limit: 100 }, axis.ports(OPEN, 'viewer'));
    const listed = items.map(({ deliveryId, state }) => [deliveryId, state]);
    assert.deepEqual(
      listed,
      inboxOf(town, system).map((one) => [one.id, shownState(one, town.now)]),
      `inbox of ${system}`,
    );
  }
}

async function checkDispatch(town: Town, axis: ModelAxis, dispatch: ModelDispatch): Promise<void> {
  const all = dispatch.recipients.flatMap((code) => town.deliveries.get(idOf(dispatch.id, code)) ?? []);
  const seen = new Map<string, unknown>();
  for (const system of SYSTEMS) {
    const theirs = systemOf(dispatch.sender) === system ? all : all.filter((one) => one.system === system);
    const shown = await deliveriesAt(system, dispatch.id, axis);
    assert.deepEqual(
      shown?.map(({ deliveryId, state }) => [deliveryId, state]) ?? [],
      theirs.map((one) => [one.id, shownState(one, town.now)]),
      `${dispatch.id} as ${system} sees it`,
    );
    for (const delivery of shown ?? []) {
      assert.deepEqual(
        delivery.timeline.entries.map(({ n }) => n),
        delivery.timeline.entries.map((_, place) => place + 1),
      );
      const before = seen.get(delivery.deliveryId);
      if (before !== undefined) assert.deepEqual(delivery, before, `${delivery.deliveryId} as ${system} sees it`);
      seen.set(delivery.deliveryId, delivery);
    }
  }
}

async function deliveriesAt(system: SystemName, dispatchId: string, axis: ModelAxis) {
  const wanted = { dispatchId: dispatchId as DispatchId };
  const view = await viewDispatch(axis.directory.caller(system), wanted, axis.ports(OPEN, 'viewer'));
  return view.ok ? view.value.deliveries : undefined;
}

/** A lease that is over shows as what it is. */
const shownState = (delivery: ModelDelivery, now: number): string =>
  delivery.state === 'offered' && !isHeld(delivery, now) ? 'queued' : delivery.state;
