import type { Clock, RefusalLog } from '../../core/contract/ports.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import type { Refusal } from '../../core/contract/refusals.ts';
import type { Observer } from './observe.ts';

/** Where refusals leave their traces. */
export interface RefusalTraces {
  readonly clock: Clock;
  readonly observer: Observer;
  /** Where refusals of authenticated callers leave their small record; functions that only read keep none. */
  readonly refusals?: RefusalLog;
}

export interface RefusedRequest {
  readonly refusal: Refusal;
  readonly correlationId: string;
  readonly route: string | undefined;
  readonly caller: SystemRecord | undefined;
  /** Whether the request would have changed something: only then a record is kept. */
  readonly changes: boolean;
  /** The caller was just refused for the same reason: only the count tells of it, or a flood would be paid line by line. */
  readonly again: boolean;
}

/** A refusal leaves a line in the log, a count, and of an authenticated caller's change one small record. */
export async function noteRefusal(request: RefusedRequest, traces: RefusalTraces): Promise<void> {
  const { refusal, correlationId, route, caller, changes, again } = request;
  const { code } = refusal;
  traces.observer.count('refused', 1, code);
  if (again) return;
  traces.observer.event('refused', { code, route: route ?? 'none', correlationId, system: caller?.systemId });
  if (!caller || !route || !changes || !traces.refusals) return;
  try {
    await traces.refusals.keep({ system: caller.systemId, at: traces.clock.now(), code, route, correlationId });
  } catch (error) {
    traces.observer.fault('refusal-not-recorded', error, { correlationId });
  }
}
