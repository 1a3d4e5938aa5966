import { LogHeadTable } from '../../adapters/aws/logHeadTable.ts';
import { S3LogObjects } from '../../adapters/aws/logObjects.ts';
import { parseCheckpoint } from '../../core/prove/checkpoint.ts';
import { entryOf } from '../../core/prove/evidence.ts';
import { hashReader } from '../../core/prove/tiles.ts';
import { inclusionPath, leafHashOf, rootByPath, rootOf, rootOver } from '../../core/prove/tree.ts';
import { outputOf } from '../kit/stores.ts';
import type { TestAxis } from '../kit/testAxis.ts';

/**
 * What is wrong with the evidence log of an axis at rest: its batches follow each other without gaps, no step of a timeline stands in it
 * twice, and its head, its checkpoint and its tiles are of the tree over exactly these records.
 */
export async function logProblems({ stores, axis }: TestAxis): Promise<readonly string[]> {
  const head = await new LogHeadTable(stores.dynamo, outputOf(axis, 'LogTable')).read();
  if (!head) return ['nothing was ever logged'];
  if (head.open) return [`the batch at ${head.start} is not finished`];
  const objects = new S3LogObjects(stores.s3, stores.bucket);
  const leaves: Buffer[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  while (leaves.length < head.size) {
    const { start, items } = await objects.batch(leaves.length);
    if (start !== leaves.length) return [`the batch at ${leaves.length} says that it is at ${start}`];
    for (const { id, from, records } of items) {
      for (const [step, record] of records.entries()) {
        const name = `step ${from + step + 1} of ${id}`;
        if (seen.has(name)) problems.push(`${name} stands in the log twice`);
        seen.add(name);
        leaves.push(leafHashOf(entryOf(record)));
      }
    }
  }
  if (leaves.length !== head.size) return [...problems, `the head says ${head.size}, the batches ${leaves.length}`];
  const root = rootOver(leaves);
  const checkpoint = parseCheckpoint(head.checkpoint ?? '')?.checkpoint;
  if (!root.equals(rootOf(head.peaks))) problems.push('the head has another root than the records');
  if (checkpoint?.size !== head.size || !checkpoint.root.equals(root))
    problems.push('the checkpoint is of another tree');
  const read = hashReader(head.size, (path) => objects.tile(path));
  const last = head.size - 1;
  const path = await inclusionPath({ index: last, size: head.size }, read);
  const byTiles = rootByPath({ index: last, size: head.size }, leaves[last] ?? Buffer.alloc(0), path);
  if (!byTiles?.equals(root)) problems.push('the tiles are of another tree');
  return problems;
}
