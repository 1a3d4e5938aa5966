import { isOver } from '../contract/claimPeriod.ts';
import type { SystemRecord, SystemSecret } from '../contract/records.ts';

/** The secrets of a system that are not over yet; what is over counts nowhere and makes room. */
export const liveSecrets = (system: Pick<SystemRecord, 'secrets'>, now: number): readonly SystemSecret[] =>
  (system.secrets ?? []).filter((secret) => !isOver(secret, now));
