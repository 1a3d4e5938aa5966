import { LIMITS } from '../../core/contract/limits.ts';
import { type Command, EXIT } from '../command.ts';
import { leaseToken, SETTLE_OPTIONS } from '../settleOptions.ts';

/** `docaxis release`: gives a leased delivery back, so that it is offered again. */
export const releaseCommand: Command = {
  name: 'release',
  aliases: [],
  summary: { en: 'Give a delivery back without acknowledging it', vi: 'Trả lại lượt phát, chưa xác nhận' },
  usage: 'DELIVERY_ID [--after SECONDS]',
  example: 'docaxis release dlv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --after 60',
  options: {
    after: { type: 'string', value: 'SECONDS', help: 'offer it again only after so many seconds' },
    ...SETTLE_OPTIONS,
  },
  takes: [1, 1],
  async run(invocation, context) {
    const afterSeconds = invocation.number('after', { least: 0, most: LIMITS.leaseSeconds.most });
    const token = await leaseToken(invocation.argument, invocation, context);
    const client = await context.client();
    const request = { leaseToken: token, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
    const result = await client.release(invocation.argument, request);
    context.say(`${result.deliveryId}  ${context.word(result.state)}`);
    context.result(result);
    return EXIT.done;
  },
};
