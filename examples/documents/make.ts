/** Writes the documents of this folder anew: `node examples/documents/make.ts`. A test keeps files and generator equal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleDocuments } from '../../world/exampleDocuments.ts';

for (const [name, bytes] of exampleDocuments()) {
  writeFileSync(join(import.meta.dirname, name), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
