import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importGate } from '../../scripts/importGate.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['core', 'adapters', 'lambdas', 'lib', 'bin', 'client', 'local', 'world'];
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'docaxis-gate-'));
  for (const folder of SOURCES) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('the project keeps to its table of imports, and the gate really read it', () => {
  const { files, imports, violations } = importGate(ROOT);
  expect(violations).toEqual([]);
  expect(files).toBeGreaterThan(250);
  expect(imports).toBeGreaterThan(800);
});

test('a gate that reads nothing fails', () => {
  const empty = mkdtempSync(join(tmpdir(), 'docaxis-gate-empty-'));
  expect(importGate(empty, []).violations).toEqual([`${empty}: no imports were read, so nothing was checked`]);
  rmSync(empty, { recursive: true });
});

test('an exception that nothing needs fails', () => {
  const stale = { file: 'lib/queues.ts', imports: 'world/world.ts', because: 'of nothing' };
  expect(importGate(copy, [stale]).violations).toContain(
    'lib/queues.ts: the exception for world/world.ts is not needed any more',
  );
});

const planted: readonly (readonly [folder: string, source: string, complaint: string])[] = [
  // Steps never import each other; a step never imports the walk.
  ['core/submit', `import { nameKey } from '../view/nameKey.ts';`, 'core/submit must not import core/view/nameKey.ts'],
  ['core/view', `import { submit } from '../walk/submit.ts';`, 'core/view must not import core/walk/submit.ts'],
  [
    'core/contract',
    `import type { Opened } from '../verify/opened.ts';`,
    'core/contract must not import core/verify/opened.ts',
  ],
  ['core/edxml', `export * from '../verify/opened.ts';`, 'core/edxml must not import core/verify/opened.ts'],
  [
    'core/deliver',
    `export type A = import('../prove/receiptPayload.ts').A;`,
    'core/deliver must not import core/prove/receiptPayload.ts',
  ],
  // The core knows nothing of the outside.
  ['core/walk', `import { x } from '../../adapters/aws/item.ts';`, 'core/walk must not import adapters/aws/item.ts'],
  ['core/walk', `const x = await import('@aws-sdk/client-s3');`, 'core/walk must not import @aws-sdk/client-s3'],
  ['core/verify', `import { readFileSync } from 'node:fs';`, 'core/verify must not import node:fs'],
  ['core/verify', `import net from 'node:net';`, 'core/verify must not import node:net'],
  ['core/verify', `export const at = Date.now();`, 'core/verify must not use Date.now'],
  ['core/verify', `export const at = new Date();`, 'core/verify must not use new Date()'],
  ['core/verify', `export const dice = Math.random();`, 'core/verify must not use Math.random'],
  ['core/verify', `import { randomUUID } from 'node:crypto';`, 'core/verify must not use randomUUID of node:crypto'],
  ['core/submit', `export const stage = process.env.STAGE;`, 'core/submit must not use process'],
  ['core/submit', `export const page = await fetch('http://127.0.0.1');`, 'core/submit must not use fetch'],
  ['core/submit', `const f = globalThis.fetch;`, 'core/submit must not use globalThis'],
  [
    'core/submit',
    `const where: string = '../x.ts'; const x = import(where);`,
    'core/submit must not import (computed)',
  ],
  // Each outside world has one folder that knows it.
  ['lambdas/view', `import { S3Client } from '@aws-sdk/client-s3';`, 'lambdas/view must not import @aws-sdk/client-s3'],
  [
    'lambdas/view',
    `import { x } from '../submit/handler.ts';`,
    'lambdas/view must not import lambdas/submit/handler.ts',
  ],
  ['lambdas/view', `import { world } from '../../world/world.ts';`, 'lambdas/view must not import world/world.ts'],
  // Signed messages never meet the lenient reader.
  [
    'lambdas/submit',
    `import { x } from '../../adapters/lenient/lenientReader.ts';`,
    'must not import adapters/lenient/',
  ],
  ['adapters/xml', `import { x } from '../lenient/normalize.ts';`, 'adapters/xml must not import adapters/lenient/'],
  ['adapters/lenient', `import { x } from '../trust/path.ts';`, 'adapters/lenient must not import adapters/trust/'],
  ['client', `import { x } from '../adapters/lenient/lenientReader.ts';`, 'client must not import adapters/lenient/'],
  ['client', `import { KMSClient } from '@aws-sdk/client-kms';`, 'client must not import @aws-sdk/client-kms'],
  ['client', `import { App } from 'aws-cdk-lib';`, 'client must not import aws-cdk-lib'],
  ['client', `import { x } from '../adapters/aws/item.ts';`, 'client must not import adapters/aws/item.ts'],
  ['adapters/aws', `import { SignedXml } from 'xmldsigjs';`, 'adapters/aws must not import xmldsigjs'],
  ['adapters/xml', `import { S3Client } from '@aws-sdk/client-s3';`, 'adapters/xml must not import @aws-sdk/client-s3'],
  [
    'adapters/xml',
    `import { x } from '../../lambdas/edge/reply.ts';`,
    'adapters/xml must not import lambdas/edge/reply.ts',
  ],
  ['lib', `import { submit } from '../core/walk/submit.ts';`, 'lib must not import core/walk/submit.ts'],
  ['bin', `import { ROUTES } from '../core/contract/routes.ts';`, 'bin must not import core/contract/routes.ts'],
  ['local', `import { submit } from '../core/walk/submit.ts';`, 'local must not import core/walk/submit.ts'],
  ['local', `import { S3Client } from '@aws-sdk/client-s3';`, 'local must not import @aws-sdk/client-s3'],
  ['world', `import { x } from '../local/enrol.ts';`, 'world must not import local/enrol.ts'],
  ['world', `import { x } from './nowhere.ts';`, 'world must not import world/nowhere.ts'],
  ['core', `import { x } from './contract/ids.ts';`, 'belongs to no folder of the table'],
];

/** Each in a file of its own, so that one reading of the copy judges them all. */
let judged: readonly string[] = [];
const fileOf = (index: number): string => {
  const [folder = ''] = planted[index] ?? [];
  return `${folder}/planted${index}.ts`;
};

beforeAll(() => {
  for (const [index, [, source]] of planted.entries()) writeFileSync(join(copy, fileOf(index)), source);
  judged = importGate(copy).violations;
});

test.each(planted.map((plant, index) => [...plant, index] as const))('in %s, %s fails', (_, __, complaint, index) => {
  const found = judged.filter((violation) => violation.startsWith(`${fileOf(index)}:`));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(complaint);
});

test('nothing but the planted files fails', () => expect(judged).toHaveLength(planted.length));
