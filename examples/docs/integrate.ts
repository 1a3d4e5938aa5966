import { readFile, writeFile } from 'node:fs/promises';
import { AxisClient, AxisRefusal, profileTrust, readProfile, signDocument, statusMessage } from 'docaxis-client';

// Sends one letter as one system.
const sender = readProfile(await readFile('.docaxis/profiles/trung-tam-mau.json', 'utf8'));
const letter = await signDocument(await readFile('examples/documents/urgent-letter.edxml'), sender);
try {
  const { dispatchId, outcome } = await AxisClient.of(sender).submit(letter);
  console.log('sent', outcome, dispatchId);
} catch (error) {
  // A "no" has a code for programs and a sentence for people; everything else may be tried again.
  if (error instanceof AxisRefusal) console.error(error.code, error.vi.detail);
  throw error;
}

// Takes what waits as another one, and says that it was registered.
const recipient = readProfile(await readFile('.docaxis/profiles/bo-minh-hoa.json', 'utf8'));
const client = AxisClient.of(recipient);
const stop = new AbortController();
for await (const delivery of client.inbox({ signal: stop.signal })) {
  const bytes = await delivery.content();
  const { ok } = await delivery.verified(profileTrust(recipient));
  await writeFile(`${delivery.deliveryId}.edxml`, bytes);
  const status = statusMessage(delivery, { from: delivery.recipient, code: '03' });
  await client.submit(await signDocument(status, recipient));
  console.log('taken', delivery.headline.subject, ok ? 'signed' : 'not signed');
  stop.abort(); // a service goes on for ever
} // acknowledged here, each when its turn of the loop ends well
