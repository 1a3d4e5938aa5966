/** A step of the demo did not do what it should. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Numbers the steps of a demonstration and prints one line for each: what was done, and what it proves. */
export class StepBook {
  readonly #print: (line: string) => void;
  #count = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Does one step and says what its result proves.
   *
   * @throws StepFailed naming the step.
   */
  async step<T>(title: string, act: () => Promise<T>, proves: (result: T) => string): Promise<T> {
    this.#count += 1;
    try {
      const result = await act();
      this.#print(`${String(this.#count).padStart(2)}. ${title}: ${proves(result)}`);
      return result;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StepFailed(`step ${this.#count} (${title}) failed: ${reason}`, { cause });
    }
  }
}

/** Something that the demo shows must be so. @throws Error with the sentence */
export function expectThat(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}

const PAUSE_MS = 100;
const PATIENCE_MS = 20_000;

/** Asks until there is an answer; for what the axis does after it has answered. @throws Error after 20 s. */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
