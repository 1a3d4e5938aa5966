/**
 * The state table: the conditional writes, the diagram in the docs and the exhaustive test derive from it.
 * A transition that is not listed here cannot be written.
 */
export const DISPATCH_STATES = ['accepted', 'dispatched'] as const;
export type DispatchState = (typeof DISPATCH_STATES)[number];

export const DELIVERY_STATES = [
  'queued',
  'offered',
  'acknowledged',
  'rejected',
  'expired',
  'withdrawn',
  'set-aside',
  'discarded',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Transition<State extends string> {
  /** What happens, in one word of the walk. */
  readonly name: string;
  /** `none` stands for "the item does not exist yet". */
  readonly from: readonly (State | 'none')[];
  readonly to: State;
  /** Timeline event: a name of ETSI EN 319 522-1 clause 8 where one exists, else `x-`. */
  readonly event: string;
}

export const DISPATCH_TRANSITIONS = {
  accept: { name: 'accept', from: ['none'], to: 'accepted', event: 'SubmissionAcceptance' },
  dispatch: { name: 'dispatch', from: ['accepted'], to: 'dispatched', event: 'x-dispatched' },
} as const satisfies Record<string, Transition<DispatchState>>;

export const DELIVERY_TRANSITIONS = {
  consign: { name: 'consign', from: ['none'], to: 'queued', event: 'ContentConsignment' },
  offer: { name: 'offer', from: ['queued', 'offered'], to: 'offered', event: 'x-offered' },
  release: { name: 'release', from: ['offered'], to: 'queued', event: 'x-released' },
  acknowledge: { name: 'acknowledge', from: ['offered'], to: 'acknowledged', event: 'ContentHandover' },
  /** Of a system that holds by its name, without a lease token: it may have taken the bytes under a lease that is over. */
  collect: { name: 'collect', from: ['queued', 'offered'], to: 'acknowledged', event: 'ContentHandover' },
  reject: { name: 'reject', from: ['offered'], to: 'rejected', event: 'ConsignmentRejection' },
  /** From `none`: its time was over before it could be put into an inbox. */
  expire: { name: 'expire', from: ['none', 'queued', 'offered'], to: 'expired', event: 'ContentHandoverFailure' },
  relocate: { name: 'relocate', from: ['queued', 'offered'], to: 'queued', event: 'x-moved' },
  /** From `offered` once its lease has ended, from `none` when the recall was faster than the delivery. */
  withdraw: {
    name: 'withdraw',
    from: ['none', 'queued', 'offered', 'set-aside'],
    to: 'withdrawn',
    event: 'x-withdrawn',
  },
  setAside: { name: 'setAside', from: ['queued', 'offered'], to: 'set-aside', event: 'x-set-aside' },
  requeue: { name: 'requeue', from: ['set-aside'], to: 'queued', event: 'x-requeued' },
  discard: { name: 'discard', from: ['set-aside'], to: 'discarded', event: 'x-discarded' },
} as const satisfies Record<string, Transition<DeliveryState>>;

export const UPLOAD_STATES = ['open', 'sealing', 'sealed', 'failed'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

/** Uploads have no timeline: they are gone after a day. */
export const UPLOAD_TRANSITIONS = {
  start: { name: 'start', from: ['none', 'open', 'failed'], to: 'open', event: 'x-upload-started' },
  complete: { name: 'complete', from: ['open'], to: 'sealing', event: 'x-upload-completed' },
  seal: { name: 'seal', from: ['open', 'sealing'], to: 'sealed', event: 'x-upload-sealed' },
  fail: { name: 'fail', from: ['sealing'], to: 'failed', event: 'x-upload-failed' },
} as const satisfies Record<string, Transition<UploadState>>;

export const SUBMISSION_STATES = ['working', 'accepted', 'refused'] as const;
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

/** Submissions that go on in the background. They have no timeline: what was accepted has one of its own, and they are gone after a day. */
export const SUBMISSION_TRANSITIONS = {
  start: { name: 'start', from: ['none', 'accepted', 'refused'], to: 'working', event: 'x-submission-started' },
  accept: { name: 'accept', from: ['working'], to: 'accepted', event: 'x-submission-accepted' },
  refuse: { name: 'refuse', from: ['working'], to: 'refused', event: 'x-submission-refused' },
} as const satisfies Record<string, Transition<SubmissionState>>;

/** Events that collapse into first, last and count, so that a patient poller cannot fill a timeline. */
export const TALLIES = {
  offered: 'x-offered',
  extended: 'x-extended',
  released: 'x-released',
  fetched: 'ContentAccessTracking',
  setAside: 'x-set-aside',
  requeued: 'x-requeued',
} as const;
export type Tally = keyof typeof TALLIES;

const FINAL: readonly DeliveryState[] = ['acknowledged', 'rejected', 'expired', 'withdrawn', 'discarded'];

/** Whether nothing can happen to a delivery any more. */
export const isFinal = (state: DeliveryState): boolean => FINAL.includes(state);

/** The states from which a transition may start, without `none`. */
export function startsOf(name: keyof typeof DELIVERY_TRANSITIONS): readonly DeliveryState[] {
  const starts: readonly (DeliveryState | 'none')[] = DELIVERY_TRANSITIONS[name].from;
  return starts.filter((state): state is DeliveryState => state !== 'none');
}
