import { isDispatchId } from '../contract/ids.ts';
import type { Clock, Dispatches, Orphanage } from '../contract/ports.ts';

const DAY = 86_400_000;

/**
 * Removes objects that never got a record, one page at a time; answers where to go on. A submission that comes now for bytes
 * as old as these writes them anew before its record, so that what is removed here is never what a record was given for.
 */
export async function sweep(
  after: string | undefined,
  ports: { readonly clock: Clock; readonly orphanage: Orphanage; readonly dispatches: Pick<Dispatches, 'find'> },
): Promise<{ readonly removed: number; readonly next?: string }> {
  const page = await ports.orphanage.list(after);
  let removed = 0;
  for (const seen of page.objects) {
    if (ports.clock.now() - seen.at < DAY) continue;
    const [, dispatchId = '', name] = seen.key.split('/');
    const dispatch = isDispatchId(dispatchId) ? await ports.dispatches.find(dispatchId) : undefined;
    // Attachments of a dispatch are written by the axis alone, under their digests.
    // What was cut out while its content was being deleted came too late.
    const isDeleted = dispatch?.content?.state === 'deleted';
    if (dispatch && !isDeleted && (name === dispatch.headline.sha256 || name === 'attachments')) continue;
    if (await ports.orphanage.remove(seen)) removed++;
  }
  return { removed, ...(page.next ? { next: page.next } : {}) };
}
