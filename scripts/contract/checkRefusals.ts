import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FUNCTIONS, type FunctionName } from '../../core/contract/environment.ts';
import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { isRouted, ROUTE_NAMES, ROUTES } from '../../core/contract/routes.ts';
import { readImports } from '../readImports.ts';
import { refusalsOf } from './responses.ts';
import { ROUTE_FACTS } from './routeFacts.ts';

/** Shared by functions that use only a part of them: what they name may be out of a route's reach. */
const SHARED = [
  'lambdas/edge/pathId.ts',
  'lambdas/edge/edgeRequest.ts',
  'lambdas/edge/edge.ts',
  'lambdas/edge/authenticate.ts',
  'lambdas/edge/rateLimiter.ts',
  'lambdas/edge/whilePaused.ts',
  // Says in the same words why a signature does not hold.
  'adapters/xml/engine.ts',
];
/** Names every code without refusing anything. */
const CATALOGUE = [
  'core/contract/refusals.ts',
  'core/contract/lifeRefusals.ts',
  'core/contract/transferRefusals.ts',
  'core/contract/loadRefusals.ts',
  'core/contract/webhookRefusals.ts',
  'core/contract/routes.ts',
  'core/contract/seeing.ts',
];

/**
 * Compares what the contract says that routes refuse with the codes that the sources of their functions name.
 *
 * @returns one sentence for each difference.
 */
export function checkRefusals(root: string): readonly string[] {
  return FUNCTIONS.filter(isRouted).flatMap((name) => {
    const { own, all } = codesOf(root, name);
    const routes = ROUTE_NAMES.filter((route) => ROUTES[route].function === name);
    const declared = new Set(routes.flatMap((route) => [...refusalsOf(route), ...(ROUTE_FACTS[route].ofOne ?? [])]));
    const missing = [...own].filter((code) => !declared.has(code));
    const idle = [...declared].filter((code) => !all.has(code));
    return [
      ...missing.map(
        (code) => `function ${name} can refuse with ${code}, but routeFacts.ts names it for none of its routes`,
      ),
      ...idle.map(
        (code) => `routeFacts.ts names ${code} for a route of ${name}, but nothing in that function refuses so`,
      ),
    ];
  });
}

interface Codes {
  /** Codes in the function's own sources, and those with what the functions share. */
  readonly own: ReadonlySet<RefusalCode>;
  readonly all: ReadonlySet<RefusalCode>;
}

function codesOf(root: string, name: FunctionName): Codes {
  const seen = new Set<string>();
  const own = new Set<RefusalCode>();
  const all = new Set<RefusalCode>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = readFileSync(join(root, path), 'utf8');
    for (const code of CATALOGUE.includes(path) ? [] : codesIn(source)) {
      all.add(code);
      if (!SHARED.includes(path)) own.add(code);
    }
    for (const { specifier } of readImports(source, 'ts').imports) {
      if (specifier?.startsWith('.') && specifier.endsWith('.ts')) visit(join(dirname(path), specifier));
    }
  };
  visit(join('lambdas', name, 'handler.ts'));
  return { own, all };
}

const codesIn = (source: string): readonly RefusalCode[] =>
  [...source.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].flatMap(([, text = '']) => (isCode(text) ? [text] : []));

const isCode = (text: string): text is RefusalCode => Object.hasOwn(REFUSALS, text);
