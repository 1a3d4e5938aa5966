import type { Clock } from '../../core/contract/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };
