import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/*
 * The thread that holds the queues. fauxqs reads Date.now(), so it lives in a thread of its own whose Date.now() tells axis
 * time: the offset to machine time lies in shared memory and is set by the thread that owns the clock. A jump of the clock
 * then ends delays and visibility timeouts exactly as if the time had passed. Timers (long polls) stay real.
 */

const setupSchema = z.object({ offset: z.instanceof(SharedArrayBuffer), region: z.string() });
const requestSchema = z.object({ id: z.number(), operation: z.string(), body: z.string() });

const { offset, region } = setupSchema.parse(workerData);
const offsetMs = new BigInt64Array(offset);
const machineNow = Date.now.bind(Date);
Date.now = () => machineNow() + Number(Atomics.load(offsetMs, 0));

// Imported only now, so that nothing of it can have kept the machine's clock.
const { buildApp } = await import('fauxqs');
const app = buildApp({ logger: false, defaultRegion: region });
await app.ready();
const port = parentPort;
if (!port) throw new Error('queueWorker runs in a worker thread only');

port.on('message', (message: unknown) => {
  const { id, operation, body } = requestSchema.parse(message);
  app
    .inject({
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${operation}`,
        // fauxqs takes the region from the credential scope and checks nothing else of it.
        authorization: `AWS4-HMAC-SHA256 Credential=local/20000101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
      },
      payload: body,
    })
    .then(
      (response) => port.postMessage({ id, status: response.statusCode, body: response.body }),
      (error: unknown) => port.postMessage({ id, status: 500, body: JSON.stringify({ message: String(error) }) }),
    );
});
port.postMessage({ id: 0, status: 200, body: '' });
