import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createEngine } from '../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../adapters/xml/refuse.ts';
import { childPath, roomy } from '../adapters/xml/oracle.ts';
import { type CaseVerdict, countSuite, type SuiteResult } from './suite.ts';

const caseSchema = z.object({
  id: z.string(),
  file: z.string(),
  algorithm: z.string(),
  comments: z.boolean(),
  expected: z.string().nullable(),
  nodeSet: z.enum(['document', 'subtree', 'other', 'empty']),
  apex: z.string().optional(),
  inclusivePrefixes: z.array(z.string()).optional(),
  inProfile: z.boolean(),
});

type Case = z.infer<typeof caseSchema>;

const manifestSchema = z.object({ cases: z.array(caseSchema) });

/** Canonical XML: the exact octets or a refusal, never other octets; and the octets wherever the profile reaches. */
export function judgeC14n(folder: string): SuiteResult {
  const { cases } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const engine = createEngine(roomy);
  return countSuite('C14N', cases, (one): CaseVerdict => {
    const octets = octetsOf(engine, folder, one);
    const expected = one.expected === null ? Buffer.alloc(0) : readFileSync(join(folder, one.expected));
    if (octets?.equals(expected)) return 'accepted';
    if (octets !== null) return { wrong: 'other octets' };
    if (!one.inProfile) return 'refused';
    if (one.algorithm.includes('c14n11')) return { apart: 'c14n11' };
    return isLatin1(join(folder, one.file)) ? { apart: 'iso-8859-1' } : { wrong: 'refused' };
  });
}

/** Null when refused; C14N 1.1, comments and node sets are outside what the engine offers. */
function octetsOf(engine: ReturnType<typeof createEngine>, folder: string, one: Case): Buffer | null {
  const offered = !one.comments && !one.algorithm.includes('c14n11') && !one.algorithm.includes('WithComments');
  if (!offered || (one.nodeSet !== 'document' && one.nodeSet !== 'subtree')) return null;
  const bytes = readFileSync(join(folder, one.file));
  try {
    return engine.canonicalize(bytes, {
      inclusive: !one.algorithm.includes('exc-c14n'),
      path: one.nodeSet === 'subtree' ? childPath(bytes, one.apex ?? '') : [],
      ...(one.inclusivePrefixes && { prefixes: one.inclusivePrefixes }),
    });
  } catch (error) {
    if (error instanceof XmlRefusal) return null;
    throw error;
  }
}

function isLatin1(file: string): boolean {
  return /encoding="iso-8859-1"/i.test(readFileSync(file, 'latin1').slice(0, 100));
}
