import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';

/** One line that a function wrote, or that the local axis says about it. */
export interface LogLine {
  /** Axis time in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Name of the function; `axis` for the local axis itself. */
  readonly function: string;
  /** Request during which the line was written; absent during start. */
  readonly requestId?: string;
  readonly line: string;
}

/** Where log lines go besides the ring buffer. */
export interface LogBookOptions {
  /** Lines kept in memory; 10,000 if absent. */
  readonly capacity?: number;
  /** File to append to, one JSON document per line; above 64 MB it becomes `<file>.1` and a new one begins. */
  readonly file?: string;
  readonly onLine?: (line: LogLine) => void;
}

const longestLine = 262_144;

/** The last lines of every function, in memory, and optionally in a file. */
export class LogBook {
  readonly #capacity: number;
  readonly #onLine: ((line: LogLine) => void) | undefined;
  readonly #file: LogFile | undefined;
  #lines: LogLine[] = [];

  constructor(options: LogBookOptions = {}) {
    this.#capacity = options.capacity ?? 10_000;
    this.#onLine = options.onLine;
    this.#file = options.file === undefined ? undefined : new LogFile(options.file);
  }

  /** Adds a line; one longer than 256 KB (CloudWatch's limit for an event) is cut. */
  add(line: LogLine): void {
    const kept = line.line.length > longestLine ? { ...line, line: line.line.slice(0, longestLine) } : line;
    this.#lines.push(kept);
    // cut in halves, so that a full buffer does not cost a copy per line
    if (this.#lines.length >= 2 * this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
    this.#file?.write(`${JSON.stringify(kept)}\n`);
    this.#onLine?.(kept);
  }

  /** The newest lines, oldest first; those of one function if it is named. */
  lines(filter: { function?: string; since?: number } = {}): readonly LogLine[] {
    return this.#lines
      .slice(-this.#capacity)
      .filter((line) => filter.function === undefined || line.function === filter.function)
      .filter((line) => filter.since === undefined || line.at >= filter.since);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

const largestFile = 64 * 1024 * 1024;

/** A file that is appended to, and set aside when it has grown large. */
class LogFile {
  readonly #path: string;
  #stream: WriteStream;
  #size: number;

  constructor(path: string) {
    this.#path = path;
    this.#stream = openStream(path);
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(text: string): void {
    if (this.#size > largestFile) this.#setAside();
    this.#size += Buffer.byteLength(text);
    this.#stream.write(text);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.once('close', resolve).end();
    });
  }

  #setAside(): void {
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#stream = openStream(this.#path);
    this.#size = 0;
  }
}

function openStream(path: string): WriteStream {
  // a full disk must not take the axis down: the ring buffer still has the lines
  return createWriteStream(path, { flags: 'a', mode: 0o600 }).on('error', () => {});
}
