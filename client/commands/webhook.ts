import type { AnswerOf } from '../../core/contract/answers.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { printable } from '../table.ts';

const set: Command = {
  name: 'webhook set',
  aliases: [],
  summary: {
    en: 'Be notified at an https address; its secret is shown once',
    vi: 'Nhận thông báo tại một địa chỉ https; khóa bí mật chỉ hiện một lần',
  },
  usage: 'URL',
  example: 'docaxis webhook set https://vanthu.example.vn/docaxis',
  options: {},
  takes: [1, 1],
  async run({ argument }, context) {
    const client = await context.client();
    const webhook = await client.setWebhook(argument);
    sayWebhook(webhook, context);
    context.say(printable(`${context.word('secret')}  ${webhook.secret}`));
    context.say(context.word('webhookSecretOnce'));
    context.result(webhook);
    return EXIT.done;
  },
};

const show: Command = {
  name: 'webhook show',
  aliases: [],
  summary: { en: 'See your webhook and how it does', vi: 'Xem webhook của bạn và tình trạng' },
  usage: '',
  example: 'docaxis webhook show',
  options: {},
  takes: [0, 0],
  async run(_, context) {
    const client = await context.client();
    const webhook = await client.webhook();
    sayWebhook(webhook, context);
    context.result(webhook);
    return EXIT.done;
  },
};

const remove: Command = {
  name: 'webhook remove',
  aliases: [],
  summary: { en: 'Be notified no more', vi: 'Ngừng nhận thông báo' },
  usage: '',
  example: 'docaxis webhook remove',
  options: {},
  takes: [0, 0],
  async run(_, context) {
    const client = await context.client();
    const answer = await client.removeWebhook();
    context.say(context.word('webhookRemoved'));
    context.result(answer);
    return EXIT.done;
  },
};

/** One fact a line; what is broken says since when, why, and when it is tried again. */
function sayWebhook(webhook: AnswerOf<'showWebhook'>, { say, word }: CommandContext): void {
  const { url, state, lastSuccess, failingSince, why = '', nextTry } = webhook;
  say(printable(`${word(state)}  ${url}`));
  if (lastSuccess !== undefined) say(printable(`${word('lastSuccess')} ${lastSuccess}`));
  if (failingSince !== undefined) say(printable(`${word('failing')} ${failingSince}: ${why}`));
  if (nextTry !== undefined) say(printable(`${word('nextTry')} ${nextTry}`));
}

/** A system's own webhook. */
export const webhookCommands: readonly Command[] = [set, show, remove];
