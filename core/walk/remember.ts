import type { Memory, MemoryRecord, Witness } from '../contract/memory.ts';
import type { Clock } from '../contract/ports.ts';
import { nextRound, type Recalled } from '../operate/memory.ts';

export interface RememberPorts {
  readonly clock: Clock;
  readonly memory: Memory;
  readonly witness: Witness;
}

/** Both counts of rounds. The witness is read first: a round that ends in between makes the table only the wiser. */
export async function recall(ports: RememberPorts): Promise<Recalled> {
  const witness = await ports.witness.read();
  return { witness, memory: await ports.memory.read(), now: ports.clock.now() };
}

/**
 * One round of the table's memory, and what it came to: the first one after the table was put back sees it. The table is written before
 * the witness, so that a crash in between, or a rival, never looks like a table that was put back.
 */
export async function remember(ports: RememberPorts): Promise<MemoryRecord> {
  const recalled = await recall(ports);
  const next = nextRound(recalled);
  if (await ports.memory.write(next, recalled.memory)) await ports.witness.write(next.round);
  return next;
}
