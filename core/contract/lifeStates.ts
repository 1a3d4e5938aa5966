import type { Transition } from './states.ts';

/**
 * What happens to a delivery beside its way through the inbox: the recipient's business status, recalls, updates and replacements,
 * and what becomes of a dispatch's content. Like the state table, the writes, the page in the docs and the tests derive from it.
 */

/** Business status: what the recipient's clerk did (QCVN 102, StatusCode). Other codes are recorded and change nothing. */
export const BUSINESS_STATES = ['01', '02', '03', '04', '05', '06'] as const;
export type BusinessState = (typeof BUSINESS_STATES)[number];

/** Forward only, with jumps: a clerk may register and finish in one go. */
export const BUSINESS_TRANSITIONS = {
  arrive: { name: 'arrive', from: ['none'], to: '01', event: 'x-status' },
  turnDown: { name: 'turnDown', from: ['none', '01'], to: '02', event: 'x-status' },
  register: { name: 'register', from: ['none', '01'], to: '03', event: 'x-status' },
  assign: { name: 'assign', from: ['none', '01', '03'], to: '04', event: 'x-status' },
  process: { name: 'process', from: ['none', '01', '03', '04'], to: '05', event: 'x-status' },
  finish: { name: 'finish', from: ['none', '01', '03', '04', '05'], to: '06', event: 'x-status' },
} as const satisfies Record<string, Transition<BusinessState>>;

export const RECALL_STATES = ['requested', 'agreed', 'refused', 'effective'] as const;
export type RecallState = (typeof RECALL_STATES)[number];

/** A recall of one delivery. `effective`: it was withdrawn before anybody took it for good. */
export const RECALL_TRANSITIONS = {
  request: { name: 'request', from: ['none', 'refused'], to: 'requested', event: 'x-recall-requested' },
  agree: { name: 'agree', from: ['requested'], to: 'agreed', event: 'x-recall-agreed' },
  refuse: { name: 'refuse', from: ['requested'], to: 'refused', event: 'x-recall-refused' },
  takeEffect: { name: 'takeEffect', from: ['none', 'requested', 'refused'], to: 'effective', event: 'x-withdrawn' },
} as const satisfies Record<string, Transition<RecallState>>;

export const REVISION_STATES = ['requested', 'agreed', 'refused', 'effective'] as const;
export type RevisionState = (typeof REVISION_STATES)[number];

/** An update or replacement of what was delivered; a newer one takes the place of an older one, whatever was answered to it. */
export const REVISION_TRANSITIONS = {
  request: {
    name: 'request',
    from: ['none', 'requested', 'agreed', 'refused'],
    to: 'requested',
    event: 'x-revision-requested',
  },
  agree: { name: 'agree', from: ['requested'], to: 'agreed', event: 'x-revision-agreed' },
  refuse: { name: 'refuse', from: ['requested'], to: 'refused', event: 'x-revision-refused' },
  takeEffect: {
    name: 'takeEffect',
    from: ['none', 'requested', 'agreed', 'refused'],
    to: 'effective',
    event: 'x-withdrawn',
  },
} as const satisfies Record<string, Transition<RevisionState>>;

export const CONTENT_STATES = ['kept', 'closing', 'deleted'] as const;
export type ContentState = (typeof CONTENT_STATES)[number];

/** The bytes of a dispatch. `closing`: they may be gone already, and nobody is handed them any more. */
export const CONTENT_TRANSITIONS = {
  keep: { name: 'keep', from: ['none'], to: 'kept', event: 'SubmissionAcceptance' },
  close: { name: 'close', from: ['kept'], to: 'closing', event: 'x-content-closing' },
  delete: { name: 'delete', from: ['closing'], to: 'deleted', event: 'x-content-deleted' },
} as const satisfies Record<string, Transition<ContentState>>;

type Table<S extends string> = Readonly<Record<string, Transition<S>>>;

/** Whether one step of a table leads from a state to another; `none` is the state before any. */
export const leads = <S extends string>(table: Table<S>, from: S | 'none', to: string): boolean =>
  Object.values(table).some((step) => step.to === to && step.from.includes(from));

/** States of a table that nothing leaves. */
export const finalsOf = <S extends string>(states: readonly S[], table: Table<S>): readonly S[] =>
  states.filter((state) => !Object.values(table).some(({ from, to }) => from.includes(state) && to !== state));
