import { setTimeout as sleep } from 'node:timers/promises';

/** Control sequences (ECMA-48, and DEC private modes for the cursor and the second screen). */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

/** A terminal on which a picture is drawn again and again. */
export interface Screen {
  /** Replaces what stands there. */
  draw(picture: string): void;
  /** Waits; false when the person ended it meanwhile. */
  pause(ms: number): Promise<boolean>;
  /** Gives the terminal back as it was, with its cursor. Safe to call twice. */
  close(): void;
}

export interface Terminal {
  readonly write: (text: string) => unknown;
  readonly rows: () => number;
  /** Hears of Ctrl-C, and of the end of the process for any other reason. */
  readonly onEnd: (listener: () => void) => void;
}

/** Takes the terminal until it is closed. What stood there before comes back. */
export function openScreen({ write, rows, onEnd }: Terminal): Screen {
  const end = new AbortController();
  const close = (): void => {
    if (end.signal.aborted) return;
    end.abort();
    write(LEAVE);
  };
  onEnd(close);
  write(ENTER);
  return {
    draw(picture) {
      if (end.signal.aborted) return;
      // What does not fit would scroll the picture away.
      const lines = picture.split('\n').slice(0, Math.max(1, rows() - 1));
      write(`${HOME}${lines.map((line) => `${line}${REST_OF_LINE}\n`).join('')}${REST_OF_SCREEN}`);
    },
    async pause(ms) {
      await sleep(ms, undefined, { signal: end.signal }).catch(() => undefined);
      return !end.signal.aborted;
    },
    close,
  };
}
