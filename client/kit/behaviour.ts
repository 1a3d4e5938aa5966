import type { RouteName } from '../../core/contract/routes.ts';
import type { Language } from '../axisRefusal.ts';
import type { Check } from './checks.ts';
import type { KitTruth } from './kitTruth.ts';

/** A sentence in both languages. */
export type Sentence = Readonly<Record<Language, string>>;
export const say = (en: string, vi: string): Sentence => ({ en, vi });

/**
 * What a request to the kit is for: a route of the axis; `bytes` and `put` are the links to content and to send content to; `stranger` is
 * everything else that reaches the host of the links.
 */
export type KitRoute = RouteName | 'bytes' | 'put' | 'stranger';

/** An answer as it is about to travel. */
export interface KitReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request whose token was checked and whose route is known. */
export interface KitRequest {
  readonly route: KitRoute;
  /** Values of the path's parameters, in order. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** How an answer travels, when not whole and at once. */
export type Wire =
  /** The connection breaks after this share of the answer; 0: before its first byte. */
  | { readonly how: 'cut'; readonly at: number }
  /** Nothing more comes after this share of the answer, until the client gives up or the kit does. */
  | { readonly how: 'stall'; readonly at: number }
  /** The answer comes when the client's time is over. */
  | { readonly how: 'late' }
  /** The answer comes in small pieces. */
  | { readonly how: 'drip' }
  /** The answer comes twice in a row on the same connection. */
  | { readonly how: 'twice' }
  /** The answer goes on and on. */
  | { readonly how: 'flood' };

/** One thing that the kit does wrong on purpose. */
export interface Mischief {
  readonly on: KitRoute;
  /** On the first so many calls; on every one if absent. */
  readonly times?: number;
  /** Whether the request takes effect although its answer is spoilt. */
  readonly takesEffect: boolean;
  readonly answer?: (truth: KitReply, kit: KitTruth) => KitReply;
  readonly wire?: Wire;
  /** What happens besides, after the effect. */
  readonly also?: (kit: KitTruth) => void;
}

/** Documents that the kit sends and offers; see `kitDocuments.ts`. */
export type KitDocumentName = 'letter' | 'reply' | 'large' | 'stray' | 'altered';

/** One run of a behaviour against the client. */
export interface Play {
  /** Which variant it is, where a behaviour has several. */
  readonly label?: string;
  readonly command: 'send' | 'receive' | 'status';
  /** What is to be sent; the letter if absent. */
  readonly sends?: KitDocumentName;
  /** What waits in the inbox. */
  readonly offers?: readonly KitDocumentName[];
  readonly mischief?: readonly Mischief[];
  /** The axis's clock, before the client's, in milliseconds. */
  readonly clockAheadMs?: number;
  /** Every token that the axis sees first is over. */
  readonly firstTokenIsOver?: true;
  /** The inbox is empty in the runs before this one; the command runs so often at least. */
  readonly offersFromRun?: number;
  readonly checks: readonly Check[];
  /** Whether the client met it; by default: the kit played its mischief. */
  readonly met?: Check;
}

/** A way in which an axis, or what stands before it, can behave badly. */
export interface Behaviour {
  readonly name: string;
  /** Whether a client must handle it; the others are good to have. */
  readonly required: boolean;
  /** What the axis does. */
  readonly does: Sentence;
  /** What a good client does. */
  readonly good: Sentence;
  /** The clause of the contract, the RFC or the failure case that it comes from. */
  readonly why: string;
  readonly plays: readonly Play[];
}
