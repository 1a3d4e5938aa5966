import { resolve } from 'node:path';
import type { AxisClient } from '../axisClient.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { replaceFile } from '../leaseFile.ts';
import { transferBar } from '../transferBar.ts';
import { UsageError } from '../usageError.ts';

/** More than a message has attachments. */
const MOST = 10_000;

/** `docaxis fetch`: saves the exact bytes of a dispatch, or one of its attachments, checked against the digest of the axis. */
export const fetchCommand: Command = {
  name: 'fetch',
  aliases: ['download'],
  summary: {
    en: 'Save a document or one of its attachments; a broken download goes on',
    vi: 'Lưu văn bản hoặc một tệp đính kèm; tải dở thì tải tiếp',
  },
  usage: 'DISPATCH_ID [--attachment N] [--delivery ID] [--out FILE]',
  example: 'docaxis fetch dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --attachment 2 --out annex.pdf',
  options: {
    attachment: { type: 'string', value: 'N', help: 'this attachment, as docaxis attachments counts them' },
    delivery: { type: 'string', value: 'ID', help: 'the delivery by which you may have it (recipients)' },
    out: { type: 'string', value: 'FILE', help: 'where to save (default: a name made of the id)' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const dispatchId = invocation.argument;
    // The default name is made of what was typed: nothing that leads elsewhere may stand in it.
    if (!/^dsp_[a-z2-7]{32}$/.test(dispatchId)) throw new UsageError(`${dispatchId} is not a dispatch id`);
    const n = invocation.number('attachment', { least: 1, most: MOST });
    const name = invocation.text('out') ?? (n === undefined ? `${dispatchId}.edxml` : `${dispatchId}.attachment-${n}`);
    const client = await context.client();
    const saved = n === undefined ? saveMessage : saveAttachment;
    const { sha256, bytes } = await saved(client, { invocation, context, name, n: n ?? 0 });
    context.progress('');
    context.say(name);
    context.result({ file: name, sha256, bytes });
    return EXIT.done;
  },
};

interface Wanted {
  readonly invocation: Invocation;
  readonly context: CommandContext;
  readonly name: string;
  readonly n: number;
}

const targetOf = (invocation: Invocation) => {
  const deliveryId = invocation.text('delivery');
  return { dispatchId: invocation.argument, ...(deliveryId === undefined ? {} : { deliveryId }) };
};

async function saveMessage(client: AxisClient, { invocation, context, name }: Wanted) {
  const { headline } = await client.dispatch(invocation.argument);
  const bytes = await client.fetchContent({ ...targetOf(invocation), headline });
  await replaceFile(resolve(context.cwd, name), bytes);
  return headline;
}

function saveAttachment(client: AxisClient, { invocation, context, name, n }: Wanted) {
  const onProgress = transferBar(name, context);
  return client.saveAttachment({ ...targetOf(invocation), n }, resolve(context.cwd, name), { onProgress });
}
