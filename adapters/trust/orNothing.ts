import { TrustRefusal } from './trustRefusal.ts';

/** What an attempt at reading gives, or nothing where the bytes are refused; every other failure is a fault. */
export function orNothing<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof TrustRefusal) return undefined;
    throw error;
  }
}

/** Reads those of a list that can be read. */
export const readable = <T>(ders: readonly Buffer[], read: (der: Buffer) => T): readonly T[] =>
  ders.map((der) => orNothing(() => read(der))).filter((one) => one !== undefined);
