import { alterOctets, alterText } from './alterText.ts';
import { HOSTILE_TEXTS } from './hostileText.ts';
import { pick, type Random } from './input.ts';

type Path = readonly (string | number)[];

const NUMBERS = [-1, 0, 0.5, 2 ** 31, 2 ** 53 + 2, 1e308, -0, 1e21, 10_001];
const NAMES = ['__proto__', 'constructor', 'toString', 'ẩn', '', 'length', 'kind', 'uploadId', 'leaseToken'];
/** Levels of brackets: a parser that calls itself for each of them runs out of stack. */
const DEEP = 20_000;
/** Levels in which something is changed: the functions here call themselves as well. */
const REACHED = 30;
/** Brackets in a row of a document that is deep already. */
const IS_DEEP = /(?:[[{]\s*(?:"\w*":\s*)?){30}/;

/** A JSON document in UTF-8, changed in its structure, or in its spelling, or in its octets. */
export function alterJson(text: string, random: Random): Buffer {
  const kind = random(20);
  if (kind === 0 || IS_DEEP.test(text)) return alterOctets(Buffer.from(text), random);
  if (kind === 1)
    return Buffer.from(pick(random, ['', 'null', '[]', '""', '1', '{', '\ufeff{}', '{}{}', '{"a":}', 'NaN']));
  if (kind === 2) return Buffer.from(text.slice(0, random(text.length + 1)));
  if (kind === 3) return deeper(text, random);
  if (kind === 4) return Buffer.from(twiceNamed(text, random));
  let value: unknown = parsed(text);
  for (let left = 1 + random(2); left > 0; left--) value = changed(value, random);
  const spelt = JSON.stringify(value) ?? 'null';
  // JSON.stringify would escape them, and a client need not.
  return Buffer.from(kind === 5 ? spelt.replaceAll('"', '"\ud800') : spelt);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function deeper(text: string, random: Random): Buffer {
  const levels = 1 + random(DEEP);
  const inner = random(2) === 0 ? text : '1';
  const [open, close] = pick(random, [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"reason":[', ']}'],
  ] as const);
  return Buffer.from(open.repeat(levels) + inner + (random(4) === 0 ? '' : close.repeat(levels)));
}

/** One member twice: one reader takes the first, another the last. */
function twiceNamed(text: string, random: Random): string {
  const members = [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*:/g)];
  if (members.length === 0) return text;
  const { 0: name, index } = pick(random, members);
  return `${text.slice(0, index)}${name}${JSON.stringify(pick(random, HOSTILE_TEXTS))},${text.slice(index)}`;
}

/** The value with one thing in it changed: taken away, another type, hostile, renamed, or put one level deeper. */
function changed(value: unknown, random: Random): unknown {
  const paths = pathsOf(value);
  return replaced(value, pick(random, paths), random);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > REACHED) return [path];
  const names = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...names.flatMap((name) => pathsOf((value as Record<string, unknown>)[name], [...path, name]))];
}

function replaced(value: unknown, [first, ...rest]: Path, random: Random): unknown {
  if (first === undefined) return another(value, random);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    if (rest.length > 0 || random(4) > 0) copy[Number(first)] = replaced(copy[Number(first)], rest, random);
    else copy.splice(Number(first), 1);
    return copy;
  }
  const members = Object.entries(value as object);
  const place = members.findIndex(([name]) => name === first);
  const found = members[place];
  if (!found) return value;
  if (rest.length > 0 || random(3) > 0) members[place] = [found[0], replaced(found[1], rest, random)];
  else if (random(2) === 0) members.splice(place, 1);
  else members[place] = [pick(random, NAMES), found[1]];
  return withMembers(members);
}

/** Also a member called `__proto__` becomes one of its own. */
function withMembers(members: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of members)
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

function another(value: unknown, random: Random): unknown {
  const kind = random(9);
  if (kind < 3) return typeof value === 'string' ? alterText(value, random) : pick(random, HOSTILE_TEXTS);
  if (kind === 3) return pick(random, NUMBERS);
  if (kind === 4) return pick(random, [null, true, false, [], {}]);
  if (kind === 5) return [value];
  if (kind === 6) return withMembers([[pick(random, NAMES), value]]);
  if (kind === 7) return new Array(1 + random(300)).fill(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return pick(random, NUMBERS);
  return withMembers([...Object.entries(value), [pick(random, NAMES), pick(random, HOSTILE_TEXTS)]]);
}
