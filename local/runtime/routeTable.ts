import { Unsupported } from '../assembly/unsupported.ts';

type Segment = { readonly kind: 'static' | 'parameter' | 'greedy'; readonly name: string };

interface Entry<Target> {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly target: Target;
}

/** The route that a request takes. */
export interface RouteMatch<Target> {
  /** `METHOD /path/{parameter}` or `$default`, as in the template. */
  readonly key: string;
  readonly target: Target;
  readonly parameters: Readonly<Record<string, string>>;
}

const rank = { static: 0, parameter: 1, greedy: 2 } as const;

/**
 * The routes of one HTTP API. Of several that match, the most specific wins: a fixed segment before a parameter before a greedy
 * one, then a method before ANY; `$default` takes the rest.
 * @see API Gateway Developer Guide, "Create routes for HTTP APIs"
 */
export class RouteTable<Target> {
  readonly #entries: Entry<Target>[] = [];
  #fallback: Target | undefined;

  /** @throws Unsupported for a route key of another form. */
  add(key: string, target: Target): void {
    if (key === '$default') {
      this.#fallback = target;
      return;
    }
    const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(key) ?? [];
    if (method === undefined || path === undefined)
      throw new Unsupported(`the route key ${key}`, 'AWS::ApiGatewayV2::Route');
    this.#entries.push({ key, method, segments: splitPath(path).map(parseSegment), target });
    this.#entries.sort(bySpecificity);
  }

  /** @param path decoded, because HTTP APIs match after decoding */
  match(method: string, path: string): RouteMatch<Target> | undefined {
    const parts = splitPath(path);
    for (const entry of this.#entries) {
      if (entry.method !== method && entry.method !== 'ANY') continue;
      const parameters = matchSegments(entry.segments, parts);
      if (parameters !== undefined) return { key: entry.key, target: entry.target, parameters };
    }
    return this.#fallback === undefined ? undefined : { key: '$default', target: this.#fallback, parameters: {} };
  }
}

function splitPath(path: string): readonly string[] {
  return path.slice(1).split('/');
}

function parseSegment(text: string): Segment {
  const greedy = /^\{([A-Za-z0-9_.-]+)\+\}$/.exec(text)?.[1];
  if (greedy !== undefined) return { kind: 'greedy', name: greedy };
  const parameter = /^\{([A-Za-z0-9_.-]+)\}$/.exec(text)?.[1];
  if (parameter !== undefined) return { kind: 'parameter', name: parameter };
  if (/[{}]/.test(text)) throw new Unsupported(`the path segment ${text}`, 'AWS::ApiGatewayV2::Route');
  return { kind: 'static', name: text };
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.kind === 'greedy') {
      parameters[segment.name] = parts.slice(index).join('/');
      return parameters[segment.name] === '' ? undefined : parameters;
    }
    if (segment.kind === 'static' ? segment.name !== part : part === '') return undefined;
    if (segment.kind === 'parameter') parameters[segment.name] = part;
  }
  return parts.length === segments.length ? parameters : undefined;
}

function bySpecificity(left: Entry<unknown>, right: Entry<unknown>): number {
  for (const [index, segment] of left.segments.entries()) {
    const other = right.segments[index];
    if (other === undefined) return -1;
    if (rank[segment.kind] !== rank[other.kind]) return rank[segment.kind] - rank[other.kind];
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
}
