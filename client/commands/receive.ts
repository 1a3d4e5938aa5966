import { mkdir } from 'node:fs/promises';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { AxisClient } from '../axisClient.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { documentFile, RECEIVED_FOLDER, replaceFile, saveLease, signatureFile } from '../leaseFile.ts';
import { sayDeliveries } from '../sayDeliveries.ts';
import { receivedFolder } from '../settleOptions.ts';

type Leased = AnswerOf<'receive'>['deliveries'][number];

/** `docaxis receive`: leases what waits and saves the exact bytes, checked against the digest of the axis. */
export const receiveCommand: Command = {
  name: 'receive',
  aliases: ['take'],
  summary: { en: 'Take waiting documents and save them', vi: 'Nhận văn bản đang chờ và lưu thành tệp' },
  usage: '[--out DIR] [--max N] [--wait SECONDS] [--acknowledge]',
  example: 'docaxis receive --out received --max 5 --wait 10',
  options: {
    out: { type: 'string', value: 'DIR', help: `where to save (default: ${RECEIVED_FOLDER})` },
    max: { type: 'string', value: 'N', help: `at most so many (1; up to ${LIMITS.receiveMax})` },
    wait: { type: 'string', value: 'SECONDS', help: `wait for one to arrive (0; up to ${LIMITS.receiveWaitSeconds})` },
    lease: { type: 'string', value: 'SECONDS', help: `how long to hold them (${LIMITS.leaseSeconds.usual})` },
    agency: { type: 'string', value: 'CODE', help: 'only what is addressed to this agency' },
    acknowledge: { type: 'boolean', help: 'acknowledge each as soon as it is saved' },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const request = requestOf(invocation);
    const client = await context.client();
    const { deliveries } = await client.receive(request);
    const folder = receivedFolder(invocation, context);
    if (deliveries.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
    // Leases first: whatever fails later, they can be settled or released by hand.
    for (const delivery of deliveries) await saveLease(folder, delivery);
    const saved = [];
    for (const delivery of deliveries) saved.push(await save(delivery, { folder, invocation, context }));
    if (saved.length > 0) sayDeliveries(saved, context);
    else context.say(context.word('nothing'));
    for (const { file } of saved) context.say(file);
    context.result({ deliveries: saved });
    return EXIT.done;
  },
};

function requestOf(invocation: Invocation) {
  const { least, most } = LIMITS.leaseSeconds;
  return {
    max: invocation.number('max', { least: 1, most: LIMITS.receiveMax }) ?? 1,
    waitSeconds: invocation.number('wait', { least: 0, most: LIMITS.receiveWaitSeconds }),
    leaseSeconds: invocation.number('lease', { least, most }),
    agency: invocation.text('agency'),
    links: true,
  };
}

interface SaveOptions {
  readonly folder: string;
  readonly invocation: Invocation;
  readonly context: CommandContext;
}

async function save(delivery: Leased, { folder, invocation, context }: SaveOptions) {
  const client = await context.client();
  const file = documentFile(folder, delivery.deliveryId);
  await replaceFile(file, await client.fetchContent(delivery));
  await saveSignature(delivery, folder, client);
  if (!invocation.flag('acknowledge')) return { ...delivery, file };
  const { sha256 } = delivery.headline;
  const { state } = await client.acknowledge(delivery.deliveryId, { leaseToken: delivery.lease.token, sha256 });
  return { ...delivery, state, file };
}

/** A signature beside the document is handed on with the dispatch, not with each delivery. */
async function saveSignature({ dispatchId, deliveryId, headline }: Leased, folder: string, client: AxisClient) {
  if (headline.signed !== 'jws' && headline.signed !== 'both') return;
  const { documentSignature } = await client.dispatch(dispatchId);
  if (documentSignature !== undefined) await replaceFile(signatureFile(folder, deliveryId), documentSignature);
}
