import { type Input, kindOf, type Target } from './input.ts';

/** Tries of one shrinking. */
const TRIES = 400;

/** A smaller input with which the same kind of thing goes wrong. */
export async function shrink(target: Target, input: Input, found: string): Promise<Input> {
  const kind = kindOf(found);
  let smallest = input;
  let tries = 0;
  for (let shrunk = true; shrunk && tries < TRIES; ) {
    shrunk = false;
    for (const smaller of smallerThan(smallest)) {
      tries += 1;
      if (tries > TRIES) break;
      const now = await target.judge(smaller);
      if (now === undefined || kindOf(now) !== kind) continue;
      smallest = smaller;
      shrunk = true;
      break;
    }
  }
  return smallest;
}

/** Without one of its texts, or with one of them shorter; the largest steps first. */
function* smallerThan(input: Input): Generator<Input> {
  for (const name of Object.keys(input)) {
    const { [name]: _, ...others } = input;
    // Without a path parameter no route would match.
    if (name !== 'route' && !name.startsWith('path.')) yield others;
  }
  for (const [name, text] of Object.entries(input)) {
    if (name === 'route') continue;
    for (
      let size = Math.ceil(text.length / 2);
      size >= Math.max(1, Math.ceil(text.length / 64));
      size = Math.floor(size / 2)
    )
      for (let at = 0; at < text.length; at += size)
        yield { ...input, [name]: text.slice(0, at) + text.slice(at + size) };
  }
}
