import * as z from 'zod/mini';
import { DELIVERY_STATES } from './states.ts';

/** What answers of systems' and of operators' routes have in common. */
export const time = z.string(); // ISO 8601, UTC, milliseconds
export const text = z.string();
export const number = z.number();
export const flag = z.boolean();

export const page = <T extends z.ZodMiniType>(item: T) => z.object({ items: z.array(item), next: z.optional(text) });

export const deliveryState = z.enum(DELIVERY_STATES);

export const settled = z.object({ deliveryId: text, state: deliveryState });

export const entry = z.object({
  n: number,
  ev: text,
  at: time,
  by: text,
  from: text,
  to: text,
  detail: z.optional(text),
  /** The message that caused it, where one did. */
  dispatch: z.optional(text),
});
