import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { documentFile } from '../leaseFile.ts';
import { leaseToken, receivedFolder, SETTLE_OPTIONS } from '../settleOptions.ts';

/** `docaxis acknowledge`: says that the documents arrived whole, by the digest of the files that are really there. */
export const acknowledgeCommand: Command = {
  name: 'acknowledge',
  aliases: ['ack'],
  summary: { en: 'Acknowledge received documents', vi: 'Xác nhận đã nhận văn bản' },
  usage: 'DELIVERY_ID... [--out DIR]',
  example: 'docaxis acknowledge dlv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  options: SETTLE_OPTIONS,
  takes: [1, 100],
  async run(invocation, context) {
    const results = [];
    for (const deliveryId of invocation.positionals) {
      const result = await acknowledgeOne(deliveryId, invocation, context);
      context.say(`${result.deliveryId}  ${context.word(result.state)}`);
      results.push(result);
    }
    context.result(results);
    return EXIT.done;
  },
};

async function acknowledgeOne(deliveryId: string, invocation: Invocation, context: CommandContext) {
  const token = await leaseToken(deliveryId, invocation, context);
  const file = documentFile(receivedFolder(invocation, context), deliveryId);
  const bytes = await readFile(file).catch(() => undefined);
  const sha256 = bytes && createHash('sha256').update(bytes).digest('hex');
  const client = await context.client();
  return client.acknowledge(deliveryId, { leaseToken: token, ...(sha256 === undefined ? {} : { sha256 }) });
}
