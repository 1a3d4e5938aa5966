/** One transfer in a process of its own, for `bench/large.ts`: reads a job from a file and prints time and peak memory. */
import { openAsBlob, readFileSync } from 'node:fs';
import { AxisClient, type AxisClientOptions } from '../client/axisClient.ts';

export type TransferJob = {
  readonly options: Pick<AxisClientOptions, 'url' | 'audience' | 'system' | 'key'>;
  readonly path: string;
} & ({ readonly way: 'upload' } | { readonly way: 'download'; readonly dispatchId: string; readonly n: number });

export interface TransferResult {
  readonly ms: number;
  /** Most memory that the process held, MB. */
  readonly peakMb: number;
}

async function run(job: TransferJob): Promise<void> {
  const client = new AxisClient(job.options);
  if (job.way === 'upload') await client.upload(await openAsBlob(job.path), { what: 'attachment' });
  else await client.saveAttachment({ dispatchId: job.dispatchId, n: job.n }, job.path);
}

const [, , file] = process.argv;
if (file !== undefined) {
  const began = performance.now();
  await run(JSON.parse(readFileSync(file, 'utf8')) as TransferJob);
  const result: TransferResult = {
    ms: performance.now() - began,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(JSON.stringify(result));
}
