import { type Earlier, earlierOf, type SampleBusiness, type SampleDocument } from '../../../world/documents.ts';
import type { SentLetter } from '../../kit/testAxis.ts';
import type { Scene } from '../scene.ts';

let numbers = 0;

export interface Acted {
  readonly sent: SentLetter;
  readonly about: Earlier;
  readonly letter: SampleDocument;
  readonly deliveryId: string;
}

/** A letter that waits in the ministry's inbox, for a later message to act on. */
export async function waitingLetter(scene: Scene): Promise<Acted> {
  numbers += 1;
  const letter = {
    from: 'X91.04',
    to: ['X92'],
    number: numbers,
    date: '2026/03/02',
    subject: 'Công văn',
    documentId: `acted-on-${numbers}`,
  } as const satisfies SampleDocument;
  const sent = await scene.delivered(letter);
  return { sent, letter, about: earlierOf(letter), deliveryId: sent.answer.recipients[0]?.deliveryId ?? '' };
}

/** The same letter, held under a lease. */
export async function heldLetter(scene: Scene): Promise<Acted & { readonly leaseToken: string }> {
  const letter = await waitingLetter(scene);
  const { lease } = await scene.ministry.lease(letter.deliveryId);
  return { ...letter, leaseToken: lease.token };
}

/** The same letter, acknowledged. */
export async function takenLetter(scene: Scene): Promise<Acted> {
  const { leaseToken, ...letter } = await heldLetter(scene);
  await scene.ministry.acknowledge(letter.deliveryId, { leaseToken });
  return letter;
}

/** A status about it, signed: 13 by its sender, anything else by its recipient. */
export const statusOn = (scene: Scene, about: Earlier, code: '03' | '13' | '15'): Promise<Buffer> =>
  scene.town.status({
    from: code === '13' ? 'X91.04' : 'X92',
    ...(code === '13' ? { to: 'X92' } : {}),
    about,
    code,
    timestamp: '2026/03/03 09:00:00',
  });

/** A correction of it by its sender, under its own DocumentId unless it is an update. */
export const correctionOf = (scene: Scene, { letter, about }: Acted, business: SampleBusiness): Promise<Buffer> => {
  const documentId = business.kind === 'update' ? about.documentId : `${business.kind}-of-${about.documentId}`;
  return scene.town.letter({ ...letter, documentId, business });
};

/** Submits it until it is accepted and delivered. */
export async function sendUntilDelivered(scene: Scene, bytes: Buffer, by: 'centre' | 'ministry'): Promise<SentLetter> {
  const answer = await scene.patiently('the message is accepted', () => scene[by].submit(bytes));
  const sent = { bytes, answer };
  await scene.dispatched(sent);
  return sent;
}

/** What is not as it should be of a mark that a message left on a delivery. */
export async function markProblems(
  scene: Scene,
  deliveryId: string,
  wanted: { readonly slot: 'recall' | 'revision' | 'businessStatus'; readonly state: string },
): Promise<readonly string[]> {
  const item = await scene.town.stores.item(deliveryId);
  const slot = item?.[wanted.slot] as { readonly state?: string; readonly code?: string } | undefined;
  const found = slot?.state ?? slot?.code;
  return found === wanted.state ? [] : [`${deliveryId}: ${wanted.slot} is ${String(found)}, not ${wanted.state}`];
}
