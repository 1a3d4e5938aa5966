import { type Command, EXIT } from '../command.ts';
import { leaseToken, SETTLE_OPTIONS } from '../settleOptions.ts';
import { UsageError } from '../usageError.ts';

/** `docaxis reject`: refuses a leased delivery for good. */
export const rejectCommand: Command = {
  name: 'reject',
  aliases: [],
  summary: { en: 'Refuse a delivery, with a reason for the sender', vi: 'Từ chối lượt phát, kèm lý do cho bên gửi' },
  usage: 'DELIVERY_ID --reason TEXT',
  example: 'docaxis reject dlv_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --reason "Không thuộc thẩm quyền"',
  options: { reason: { type: 'string', value: 'TEXT', help: 'why; the sender reads it' }, ...SETTLE_OPTIONS },
  takes: [1, 1],
  async run(invocation, context) {
    const reason = invocation.text('reason')?.trim();
    if (!reason) throw new UsageError('--reason is needed: the sender must learn why');
    const token = await leaseToken(invocation.argument, invocation, context);
    const client = await context.client();
    const result = await client.reject(invocation.argument, { leaseToken: token, reason });
    context.say(`${result.deliveryId}  ${context.word(result.state)}`);
    context.result(result);
    return EXIT.done;
  },
};
