/** 0 urgent (edXML Priority 1 to 4), 1 normal: urgent deliveries sort first. */
export type Urgency = 0 | 1;

export const urgencyOf = (priority: number): Urgency => (priority >= 1 && priority <= 4 ? 0 : 1);

const DIGITS = 15;

/** Sort key of the inbox index: `urgency # visibleAt # id`, so that one range holds what may be offered now. */
export const inboxKeyOf = (urgency: Urgency, visibleAt: number, id: string): string =>
  `${urgency}#${String(visibleAt).padStart(DIGITS, '0')}#${id}`;

/** Milliseconds since the epoch from which the delivery may be offered. */
export const visibleAtOf = (inboxKey: string): number => Number(inboxKey.slice(2, 2 + DIGITS));

/**
 * A lease token: the urgency, then 21 random base64url characters (126 bits). The urgency is in it so that
 * a release or an extension can write the delivery's place in the inbox without reading the delivery first.
 */
export const leaseTokenOf = (urgency: Urgency, random: string): string => `${urgency}${random.slice(0, 21)}`;

export const urgencyOfToken = (token: string): Urgency => (token.startsWith('0') ? 0 : 1);
