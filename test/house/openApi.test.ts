import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { generated } from '../../scripts/generate.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = generated(ROOT)['docs/openapi.json'] ?? '';

/** Rules of the linter that are not kept, each with its reason. Empty: there are none. */
const EXCEPTIONS: Readonly<Record<string, 'off'>> = {};

/** Beside the linter's strict rules: what a reader of the description needs. */
const MORE = {
  'no-invalid-schema-examples': 'error',
  'no-unused-components': 'error',
  'operation-operationId-url-safe': 'error',
  'path-parameters-defined': 'error',
  'tag-description': 'error',
  'no-duplicated-tag-names': 'error',
} as const;

async function problemsOf(source: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules: { ...MORE, ...EXCEPTIONS } });
  // Where the file lies, because examples are named from there.
  const problems = await lintFromString({ source, absoluteRef: join(ROOT, 'docs/openapi.json'), config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer ?? ''}`);
}

test('the OpenAPI description keeps every strict rule of a linter that is not ours, examples included', async () => {
  expect(await problemsOf(SOURCE)).toEqual([]);
});

test('an example that its schema refuses is found', async () => {
  const document = JSON.parse(SOURCE);
  document.paths['/v1/health'].get.responses['200'].content['application/json'].example.status = 'so-so';
  expect((await problemsOf(JSON.stringify(document))).join('\n')).toContain('no-invalid-media-type-examples');
});

test('an operation without a description of what it is for is found', async () => {
  const document = JSON.parse(SOURCE);
  document.paths['/v1/health'].get.summary = undefined;
  expect((await problemsOf(JSON.stringify(document))).join('\n')).toContain('operation-summary');
});
