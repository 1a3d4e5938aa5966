import type { Check } from '../play.ts';
import { DIRECTORY } from './directory.ts';
import { REFUSING } from './refusing.ts';
import { SENDING } from './sending.ts';
import { TAKING } from './taking.ts';

/** Everything that an old system relies on, by what it wants to do. */
export const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  sending: SENDING,
  taking: TAKING,
  directory: DIRECTORY,
  refusing: REFUSING,
};
