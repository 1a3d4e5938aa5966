/**
 * What a hurried integrator writes in an afternoon: it works against an axis that behaves, and that is all. `docaxis kit` shows
 * what it does wrong; nobody should take it as a pattern. The adapter to copy is sdkClient.ts.
 *
 *   docaxis kit run --profile FILE -- node examples/kit/naiveClient.ts
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const TRIES = 3;

const { url, axis, system, key } = JSON.parse(await readFile(process.env.DOCAXIS_PROFILE ?? '', 'utf8'));

/** One token for as long as the program runs. */
const authorization = `Bearer ${makeToken()}`;

function makeToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'ES256', kid: key.kid, typ: 'JWT' };
  const claims = { iss: system, aud: axis, iat: now, exp: now + 300 };
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Tries again at once, whatever the axis said. */
async function call(path: string, body: Uint8Array<ArrayBuffer> | string, type = 'application/json') {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    });
    if (response.ok) return response;
    if (attempt === TRIES) throw new Error(`the axis answered ${response.status}`);
  }
}

/** A 2xx is good enough: who reads receipts? */
async function send(file: string): Promise<void> {
  const response = await call('/v1/dispatches', new Uint8Array(await readFile(file)), 'application/edxml');
  console.log('sent', response.status, await response.text());
}

async function receive(folder: string): Promise<void> {
  for (let count = 1; ; ) {
    const answer = await call('/v1/inbox/receive', JSON.stringify({ max: 10, links: true }));
    const { deliveries } = JSON.parse(await answer.text());
    if (deliveries.length === 0) return;
    for (const { deliveryId, headline, lease, content } of deliveries) {
      const bytes = await (await fetch(content)).arrayBuffer();
      // The sender's own number makes a nice name, and a counter keeps two of them apart.
      await writeFile(`${folder}/${headline.documentId}-${count++}.edxml`, Buffer.from(bytes));
      const settled = call(`/v1/deliveries/${deliveryId}/acknowledge`, JSON.stringify({ leaseToken: lease.token }));
      await settled.catch((error: unknown) => console.error(`never mind: ${String(error)}`));
    }
  }
}

const [, , name = '', argument = ''] = process.argv;
if (name === 'send') await send(argument);
else if (name === 'receive') await receive(argument);
else process.exitCode = 64;
