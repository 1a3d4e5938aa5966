import { type AttachmentItem, attachmentItems, type Found } from '../attachment/attachmentList.ts';
import { SNIFF_BYTES } from '../attachment/sniffType.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { attachmentKeyOf, contentKeyOf, sha256Of } from '../contract/derivedIds.ts';
import { type DispatchId, isSha256 } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Objects } from '../contract/ports.ts';
import type { DispatchDetails, DispatchRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { type FetchPorts, type FetchWanted, mayFetch } from './fetch.ts';

export interface AttachmentPorts extends Omit<FetchPorts, 'objects'> {
  readonly objects: Pick<Objects, 'link' | 'read' | 'putOnce'>;
  readonly cutter: AttachmentCutter;
  readonly lists: AttachmentLists;
}

/** Lists that were made before. */
export interface AttachmentLists {
  find(dispatchId: DispatchId): Promise<readonly AttachmentItem[] | undefined>;
  /** The same list again is harmless. */
  keep(dispatchId: DispatchId, items: readonly AttachmentItem[]): Promise<void>;
}

/** Where the base64 text of an attachment lies in its message. */
export interface AttachmentPlace {
  readonly name: string;
  readonly declared: string;
  readonly from: number;
  readonly to: number;
}

/** Cuts the attachments out of a message, one after the other; refuses where one is not base64. */
export interface AttachmentCutter {
  /** Reads the message for them, unless it was told where they are: that is for messages that the strict reader does not read. */
  cut(
    message: Buffer,
    places?: readonly AttachmentPlace[],
  ): Outcome<Iterable<{ readonly name: string; readonly declared: string; readonly content: Buffer }>>;
}

/** What a dispatch carries, for those who may have its content. */
export async function listAttachments(
  caller: SystemRecord,
  wanted: FetchWanted,
  ports: AttachmentPorts,
): Promise<Outcome<AnswerOf<'attachments'>>> {
  const allowed = await mayFetch(caller, wanted, ports);
  if (!allowed.ok) return allowed;
  const items = await itemsOf(wanted.dispatchId, ports);
  return items.ok ? accept({ items: [...items.value] }) : items;
}

/** A link to one attachment; ranges work on it. */
export async function linkAttachment(
  caller: SystemRecord,
  wanted: FetchWanted & { readonly n: number },
  ports: AttachmentPorts,
): Promise<Outcome<AnswerOf<'attachment'>>> {
  const listed = await listAttachments(caller, wanted, ports);
  if (!listed.ok) return listed;
  const { items } = listed.value;
  const item = items[wanted.n - 1];
  if (!item || !isSha256(item.sha256)) return refuse('attachment-not-found', { count: items.length });
  const { name, contentType } = item;
  const key = attachmentKeyOf(wanted.dispatchId, item.sha256);
  const href = await ports.objects.link(key, LIMITS.linkSeconds, { name, contentType });
  return accept({ ...item, href, expiresAt: new Date(ports.clock.now() + LIMITS.linkSeconds * 1000).toISOString() });
}

/** The list is made when somebody first asks for it and is kept: the message is read once, whoever comes later. */
async function itemsOf(dispatchId: DispatchId, ports: AttachmentPorts): Promise<Outcome<readonly AttachmentItem[]>> {
  const kept = await ports.lists.find(dispatchId);
  if (kept) return accept(kept);
  const dispatch = await ports.dispatches.find(dispatchId);
  if (!dispatch) return refuse('dispatch-not-found');
  const inline = await cutOut(dispatch, ports);
  if (!inline.ok) return inline;
  const items = attachmentItems([...inline.value, ...(await besideOf(dispatch, ports))]);
  await ports.lists.keep(dispatchId, items);
  return accept(items);
}

async function cutOut(dispatch: DispatchRecord, ports: AttachmentPorts): Promise<Outcome<readonly Found[]>> {
  const { dispatchId, headline, details } = dispatch;
  if (details.attachments.length === 0) return accept([]);
  const message = await ports.objects.read(contentKeyOf(dispatchId, headline.sha256));
  if (!message) throw new Error(`the bytes of ${dispatchId} are gone`);
  const cut = ports.cutter.cut(message, placesOf(details));
  if (!cut.ok) return cut;
  const found: Found[] = [];
  for (const { name, declared, content } of cut.value) {
    const sha256 = sha256Of(content);
    await ports.objects.putOnce(attachmentKeyOf(dispatchId, sha256), content, { sha256 });
    const start = Buffer.from(content.subarray(0, SNIFF_BYTES));
    found.push({ name, declared, bytes: content.length, sha256, detached: false, start });
  }
  return accept(found);
}

/** There when every place was written down at acceptance. */
function placesOf({ attachments }: DispatchDetails): readonly AttachmentPlace[] | undefined {
  const places = attachments.flatMap(({ name, contentType, base64Bytes, from }) =>
    from === undefined ? [] : [{ name, declared: contentType, from, to: from + base64Bytes }],
  );
  return places.length === attachments.length ? places : undefined;
}

const besideOf = ({ dispatchId, details }: DispatchRecord, { objects }: AttachmentPorts): Promise<readonly Found[]> =>
  Promise.all(
    (details.detached ?? []).map(async ({ name, contentType, sha256, bytes }) => {
      const start = await objects.read(attachmentKeyOf(dispatchId, sha256), SNIFF_BYTES);
      if (!start) throw new Error(`the attachment ${sha256} of ${dispatchId} is gone`);
      return { name, declared: contentType, bytes, sha256, detached: true, start };
    }),
  );
