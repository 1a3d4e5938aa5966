import type { AnswerOf } from './answers.ts';
import { iso } from './iso.ts';
import type { Order, Recall } from './life.ts';
import type { DeliveryRecord } from './records.ts';

type DeliveryView = AnswerOf<'inbox'>['items'][number];
type LifeView = Pick<DeliveryView, 'expiresAt' | 'businessStatus' | 'recall' | 'revision' | 'about'>;
const viewOrder = ({ by, acceptedAt }: Order) => ({ by, at: iso(acceptedAt) });

/** What other messages left on a delivery, as the API shows it. */
export function viewLife({ expiresAt, businessStatus, recall, revision, about }: DeliveryRecord): LifeView {
  return {
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
    ...(businessStatus
      ? {
          businessStatus: {
            ...(businessStatus.code ? { code: businessStatus.code } : {}),
            reported: Object.entries(businessStatus.reported)
              .toSorted(([, one], [, other]) => one - other)
              .map(([code, at]) => ({ code, at: iso(at) })),
            ...(businessStatus.repeats ? { repeats: businessStatus.repeats.count } : {}),
          },
        }
      : {}),
    ...(recall ? { recall: viewAsked(recall) } : {}),
    ...(revision ? { revision: { ...viewAsked(revision), how: revision.how } } : {}),
    ...(about ? { about: about.map((one) => ({ ...one })) } : {}),
  };
}

function viewAsked(
  asked: Omit<Recall, 'state'> & { readonly state: Recall['state'] },
): NonNullable<LifeView['recall']> {
  const { state, reason, answer } = asked;
  return {
    ...viewOrder(asked),
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(answer ? { answer: viewOrder(answer) } : {}),
  };
}
