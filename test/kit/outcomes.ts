import { AssertionError } from 'node:assert';
import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';

/** The refusal that a call of a client ends with. @throws AssertionError when it succeeds; whatever else it fails with. */
export async function refusalOf(call: Promise<unknown>): Promise<AxisRefusal> {
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') {
    throw new AssertionError({ message: `accepted: ${JSON.stringify(outcome.value).slice(0, 200)}` });
  }
  if (outcome.reason instanceof AxisRefusal) return outcome.reason;
  throw outcome.reason;
}

export const refusalCodeOf = async (call: Promise<unknown>): Promise<string> => (await refusalOf(call)).code;

/** The answer of a call, or undefined when the axis failed (a fault, no refusal). */
export async function unlessFault<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AxisFault) return undefined;
    throw error;
  }
}
