import { isDispatchId } from '../contract/ids.ts';
import type { Forgotten } from '../contract/memory.ts';
import type { Clock, Dispatches, Orphanage } from '../contract/ports.ts';
import { isOfForgotten } from '../operate/memory.ts';

const DAY = 86_400_000;

export interface Swept {
  readonly removed: number;
  /** Without a record, and left alone because the tables have forgotten the time. */
  readonly spared: number;
  /** Where to go on. */
  readonly next?: string;
}

/**
 * Removes objects that never got a record, one page at a time. A submission that comes now for bytes as old as these writes them anew
 * before its record, so that what is removed here is never what a record was given for. Of the time that the tables have forgotten it
 * removes nothing: there the record was lost, and the bytes are all that is left of what was accepted.
 */
export async function sweep(
  from: { readonly after: string | undefined; readonly forgotten: Forgotten | undefined },
  ports: { readonly clock: Clock; readonly orphanage: Orphanage; readonly dispatches: Pick<Dispatches, 'find'> },
): Promise<Swept> {
  const page = await ports.orphanage.list(from.after);
  let removed = 0;
  let spared = 0;
  for (const seen of page.objects) {
    if (ports.clock.now() - seen.at < DAY) continue;
    const [, dispatchId = '', name] = seen.key.split('/');
    const dispatch = isDispatchId(dispatchId) ? await ports.dispatches.find(dispatchId) : undefined;
    // Attachments of a dispatch are written by the axis alone, under their digests.
    // What was cut out while its content was being deleted came too late.
    const isDeleted = dispatch?.content?.state === 'deleted';
    if (dispatch && !isDeleted && (name === dispatch.headline.sha256 || name === 'attachments')) continue;
    // Also beside a record: other bytes may have been accepted under the same id before it was lost.
    if (!isDeleted && from.forgotten && isOfForgotten(seen.at, from.forgotten)) spared++;
    else if (await ports.orphanage.remove(seen)) removed++;
  }
  return { removed, spared, ...(page.next ? { next: page.next } : {}) };
}
