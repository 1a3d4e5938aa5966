import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { validatePath } from '../../../adapters/trust/path.ts';
import { createRevocation } from '../../../adapters/trust/revocation.ts';

const shared = process.env.DOCAXIS_SHARED ?? join(import.meta.dirname, '../../../../shared');
const folder = join(shared, 'vectors/pkits');

const manifestSchema = z.object({
  validationTime: z.string(),
  cases: z.array(
    z.object({
      id: z.string(),
      section: z.string(),
      chain: z.array(z.string()),
      crls: z.array(z.string()),
      valid: z.boolean(),
      needs: z.array(z.string()),
    }),
  ),
});

/** Sections in which revocation decides. */
const sections = ['4.4', '4.5', '4.7', '4.14', '4.15'];
/** Kinds of lists that are refused instead of processed. */
const unprocessed = new Set(['indirect-crl', 'delta-crl']);

if (!existsSync(folder)) console.warn('SKIPPED: the PKITS vectors are not at hand; set DOCAXIS_SHARED');

test.skipIf(!existsSync(folder))(
  'every PKITS case of revocation lists ends as it must, or needs a delta or indirect list',
  () => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    const wrong: string[] = [];
    const counts = { accepted: 0, refused: 0, unprocessed: 0 };
    for (const { id, section, chain, crls, valid, needs } of manifest.cases) {
      if (!sections.includes(section.split(' ')[0] ?? '')) continue;
      const read = (files: readonly string[]) => files.map((file) => readFileSync(join(folder, file)));
      const [anchor, ...rest] = read(chain);
      const intermediates = rest.slice(0, -1);
      const revocation = createRevocation({ crls: read(crls), signers: intermediates });
      const at = new Date(manifest.validationTime);
      const { ok } = validatePath({ leaf: rest.at(-1)!, intermediates, anchors: [anchor!], at, revocation });
      if (valid && !ok && needs.some((need) => unprocessed.has(need))) counts.unprocessed++;
      else if (ok !== valid) wrong.push(id);
      else counts[ok ? 'accepted' : 'refused']++;
    }
    expect({ wrong, ...counts }).toEqual({ wrong: [], accepted: 12, refused: 32, unprocessed: 9 });
  },
);
