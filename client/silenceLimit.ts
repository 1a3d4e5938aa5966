/** Ends a transfer that has stopped moving: aborts when nothing was heard for so many milliseconds. */
export class SilenceLimit implements Disposable {
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#stop.abort(new Error(`nothing came for ${ms} ms`)), ms);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Something came. */
  heard(): void {
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
