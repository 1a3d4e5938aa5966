import { withEntry } from '../administer/history.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { PauseRecord, PauseSign, PauseWrites } from '../contract/pause.ts';
import type { Clock } from '../contract/ports.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { viewTimeline } from '../contract/timeline.ts';
import { type Act, entryOf } from './administer.ts';

type PauseView = AnswerOf<'showPause'>;

export interface PausePorts {
  readonly clock: Clock;
  /** Reads the latest. */
  readonly sign: PauseSign;
  readonly writes: PauseWrites;
}

export async function showPause(ports: PausePorts): Promise<Outcome<PauseView>> {
  return accept(viewPause(await ports.sign.pause()));
}

/** Stops what is new, or lets it in again; whatever was accepted goes its way all the time. */
export async function setPause(
  act: Act,
  { paused }: RequestOf<'setPause'>,
  ports: PausePorts,
): Promise<Outcome<PauseView>> {
  const known = await ports.sign.pause();
  if ((known?.paused ?? false) === paused) return accept(viewPause(known));
  const [from, to] = paused ? ['running', 'paused'] : ['paused', 'running'];
  const entry = entryOf(paused ? 'x-axis-paused' : 'x-axis-resumed', act, ports, { from, to });
  const pause: PauseRecord = {
    v: 1,
    revision: (known?.revision ?? 0) + 1,
    paused,
    at: entry.at,
    by: act.by,
    reason: act.reason,
    history: withEntry(known?.history ?? [], entry),
  };
  return (await ports.writes.replacePause(pause)) ? accept(viewPause(pause)) : refuse('busy');
}

function viewPause(pause: PauseRecord | undefined): PauseView {
  if (!pause) return { paused: false, history: [] };
  const { paused, at, by, reason, history } = pause;
  return { paused, since: new Date(at).toISOString(), by, reason, history: viewTimeline(history).entries };
}
