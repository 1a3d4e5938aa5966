import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { attackFile, loadAttackSet } from '../../attacks/attackTable.ts';
import { vectorFolder } from '../../conformance/vectorFolder.ts';
import { engineOctets, oracleOctets, roomy } from './oracle.ts';
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

const c14n = vectorFolder('c14n');
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
