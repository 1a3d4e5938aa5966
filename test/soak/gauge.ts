import { readdirSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Axis } from '../../local/runtime/axis.ts';

/** What the process holds open, by kind; empty where the system does not tell. */
export interface Handles {
  readonly sockets: number;
  readonly pipes: number;
  /** Files other than those that the embedded tables read, which they keep open as far as they like. */
  readonly files: number;
  /** Threads, timers and requests of the main thread, as Node counts them. */
  readonly resources: number;
}

/** The memory of one moment, in MB. */
export interface Memory {
  /** Of the process: axis, emulators, clients and all. */
  readonly rss: number;
  /** Of the main thread after a collection: heap and buffers. */
  readonly heap: number;
  /** The most that one instance of each function held since the last look, summed up. */
  readonly functions: number;
}

const MB = 1024 * 1024;
const FD = '/proc/self/fd';

/** Node's own collector, without a flag for the whole command. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

const collect = collector();

export function memoryOf({ functions }: Axis): Memory {
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const peaks = functions.reduce((sum, one) => sum + one.counts().peakBytes, 0);
  for (const one of functions) one.forgetPeak();
  return { rss: rss / MB, heap: (heapUsed + arrayBuffers) / MB, functions: peaks / MB };
}

export function handlesOf(): Handles {
  const targets = openFiles();
  const of = (prefix: string) => targets.filter((target) => target.startsWith(prefix)).length;
  return {
    sockets: of('socket:'),
    pipes: of('pipe:'),
    files: targets.filter((target) => target.startsWith('/') && !/\.(ldb|log|sst)$|MANIFEST-|LOCK$/.test(target))
      .length,
    resources: process.getActiveResourcesInfo().length,
  };
}

/** What each descriptor of the process is open on (proc_pid_fd(5)); nothing where there is no such folder. */
function openFiles(): readonly string[] {
  try {
    return readdirSync(FD).flatMap((fd) => {
      try {
        return [readlinkSync(`${FD}/${fd}`)];
      } catch {
        // The descriptor by which the folder itself was read.
        return [];
      }
    });
  } catch {
    return [];
  }
}
