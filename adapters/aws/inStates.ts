import type { DeliveryState } from '../../core/contract/states.ts';

/** `#state IN (...)` with the values it needs. */
export function inStates(states: readonly DeliveryState[]): { condition: string; values: Record<string, string> } {
  const values = Object.fromEntries(states.map((state, index) => [`state${index}`, state]));
  return {
    condition: `#state IN (${Object.keys(values)
      .map((name) => `:${name}`)
      .join(', ')})`,
    values,
  };
}
