import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REFUSALS } from '../../core/contract/refusals.ts';
import { ROUTE_NAMES, ROUTES } from '../../core/contract/routes.ts';
import { checkRefusals } from '../../scripts/contract/checkRefusals.ts';
import { generated, staleFiles } from '../../scripts/generate.ts';

const ROOT = join(import.meta.dirname, '../..');
const openApi: {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly security: readonly unknown[] }>>>
  >;
} = JSON.parse(generated(ROOT)['docs/openapi.json'] ?? '');

/** A copy of what the generated files are made of and of the files themselves. */
function withCopy<T>(use: (copy: string) => T): T {
  const copy = mkdtempSync(join(tmpdir(), 'docaxis-contract-'));
  try {
    for (const path of ['docs', 'core', 'adapters', 'examples', 'lambdas', 'package.json'])
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

test('the generated files are what the code says now', () => expect(staleFiles(ROOT)).toEqual([]));

test('a generated file that was changed by hand is found, with the line', () => {
  withCopy((copy) => {
    const path = join(copy, 'docs/limits.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('4,194,304', '4,194,305'));
    const [trouble = '', ...others] = staleFiles(copy);
    expect(others).toEqual([]);
    expect(trouble).toMatch(/^docs\/limits\.md is not what the code says now:\n {2}line \d+:\n {2}- .*4,194,305.*/);
    expect(trouble).toMatch(/\n {2}\+ .*4,194,304/);
  });
});

test('a generated file that is missing is found', () => {
  withCopy((copy) => {
    rmSync(join(copy, 'docs/states.md'));
    expect(staleFiles(copy)[0]).toContain('docs/states.md is not what the code says now');
  });
});

test('generating twice gives the same bytes', () => expect(generated(ROOT)).toEqual(generated(ROOT)));

test('the refusals that the contract names for routes are those that their functions make', () => {
  expect(checkRefusals(ROOT)).toEqual([]);
});

test('a refusal that a function makes and the contract does not name is found', () => {
  withCopy((copy) => {
    writeFileSync(join(copy, 'lambdas/view/planted.ts'), `export const code = 'lease-lost';`);
    const handler = join(copy, 'lambdas/view/handler.ts');
    writeFileSync(handler, `import './planted.ts';\n${readFileSync(handler, 'utf8')}`);
    expect(checkRefusals(copy)).toEqual([
      'function view can refuse with lease-lost, but routeFacts.ts names it for none of its routes',
    ]);
  });
});

test('every route is in the OpenAPI description, and only those', () => {
  const described = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  );
  // OpenAPI has no word for the rest of a path.
  const declared = ROUTE_NAMES.map((name) => `${name} ${ROUTES[name].method} ${ROUTES[name].path.replace('+}', '}')}`);
  expect(described.toSorted()).toEqual(declared.toSorted());
});

test('every route but those for anyone asks for its caller', () => {
  const open = Object.values(openApi.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, security }) => (security.length === 0 ? [operationId] : [])),
  );
  expect(open).toEqual(['logFile', 'health', 'axis']);
});

test('every reference inside the OpenAPI description leads somewhere', () => {
  const text = JSON.stringify(openApi);
  const targets = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, target = '']) => target);
  const found = targets.filter((target) => {
    let at: unknown = openApi;
    for (const part of target.split('/')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
    return at !== undefined;
  });
  expect(targets.length).toBeGreaterThan(ROUTE_NAMES.length);
  expect(found).toEqual(targets);
});

test('every refusal stands in the catalogue of the docs in both languages', () => {
  const page = generated(ROOT)['docs/refusals.md'] ?? '';
  for (const [code, { en, vi }] of Object.entries(REFUSALS)) {
    expect(page).toContain(`| \`${code}\` |`);
    expect(page).toContain(`**${en.title}.**`);
    expect(page).toContain(`**${vi.title}.**`);
  }
});
