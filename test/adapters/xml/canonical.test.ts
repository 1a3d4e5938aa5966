import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { attackFile, loadAttackSet } from '../../attacks/attackTable.ts';
import { vectorFolder } from '../../conformance/vectorFolder.ts';
import { childPath, engineOctets, oracleOctets, roomy } from './oracle.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';

const engine = createEngine(roomy);

describe('canonical octets', () => {
  const controls = loadAttackSet().cases.filter((attack) => attack.category === 'control');

  test.each([true, false])('equal libxml2 on samples and attack controls (inclusive: %s)', (inclusive) => {
    const documents = [...SAMPLE_NAMES.map(sample), ...controls.map(({ file }) => attackFile(file))];
    for (const bytes of documents) {
      for (const withoutSignature of [false, true]) {
        const signed =
          withoutSignature &&
          engine.canonicalize(bytes, { withoutSignature: true }).length > 0 &&
          bytes.includes('xmldsig#"');
        const options = { inclusive, withoutSignature: signed };
        const octets = engineOctets(bytes, options);
        expect(octets).not.toBeNull();
        expect(octets).toEqual(oracleOctets(bytes, options));
      }
    }
    expect(documents.length).toBe(SAMPLE_NAMES.length + controls.length);
  });
});

interface C14nCase {
  readonly id: string;
  readonly file: string;
  readonly algorithm: string;
  readonly comments: boolean;
  readonly expected: string | null;
  readonly nodeSet: 'document' | 'subtree' | 'other' | 'empty';
  readonly apex?: string;
  readonly inclusivePrefixes?: readonly string[];
  readonly inProfile: boolean;
}

const c14n = vectorFolder('c14n');
describe.skipIf(c14n === null)('canonical XML vectors', () => {
  const folder = c14n ?? '';
  const { cases } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: C14nCase[] };

  test('give the exact octets or a refusal, never other octets', () => {
    const seen = { exact: 0, refused: 0 };
    const wrong: string[] = [];
    const refusedInProfile: string[] = [];
    for (const vector of cases) {
      const octets = octetsOf(folder, vector);
      const expected = vector.expected === null ? Buffer.alloc(0) : readFileSync(join(folder, vector.expected));
      if (octets === null) {
        seen.refused++;
        if (vector.inProfile && vector.algorithm.includes('c14n11') === false) refusedInProfile.push(vector.id);
      } else if (octets.equals(expected)) seen.exact++;
      else wrong.push(vector.id);
    }
    console.info(
      `C14N vectors: ${seen.exact} exact, ${seen.refused} refused; of C14N 1.0 refused: ${refusedInProfile.join(', ')}`,
    );
    expect(wrong).toEqual([]);
    expect(seen.exact + seen.refused).toBe(cases.length);
    expect(seen.exact).toBeGreaterThanOrEqual(6);
    // Only the one in ISO-8859-1.
    expect(refusedInProfile.length).toBeLessThanOrEqual(1);
  });
});

/** Null when refused; C14N 1.1, comments and node sets are outside what the engine offers. */
function octetsOf(folder: string, vector: C14nCase): Buffer | null {
  const offered =
    !vector.comments && !vector.algorithm.includes('c14n11') && !vector.algorithm.includes('WithComments');
  if (!offered || (vector.nodeSet !== 'document' && vector.nodeSet !== 'subtree')) return null;
  const bytes = readFileSync(join(folder, vector.file));
  try {
    const path = vector.nodeSet === 'subtree' ? childPath(bytes, vector.apex ?? '') : [];
    const inclusive = !vector.algorithm.includes('exc-c14n');
    return engine.canonicalize(bytes, {
      inclusive,
      path,
      ...(vector.inclusivePrefixes && { prefixes: vector.inclusivePrefixes }),
    });
  } catch (error) {
    if (error instanceof XmlRefusal) return null;
    throw error;
  }
}

const xmldsig = vectorFolder('xmldsig');
describe.skipIf(xmldsig === null || c14n === null)('third-party XML files', () => {
  test('have the octets of libxml2 wherever the engine takes them', () => {
    const files = [xmldsig ?? '', c14n ?? ''].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.xml'))
        .map((file) => join(folder, file)),
    );
    const differing: string[] = [];
    let same = 0;
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const inclusive of [true, false]) {
        const octets = engineOctets(bytes, { inclusive });
        if (octets === null) continue;
        if (octets.equals(oracleOctets(bytes, { inclusive }) ?? Buffer.from('libxml2 refuses'))) same++;
        else differing.push(`${file} ${inclusive ? 'inclusive' : 'exclusive'}`);
      }
    }
    expect(differing).toEqual([]);
    expect(same).toBeGreaterThan(100);
  });
});
