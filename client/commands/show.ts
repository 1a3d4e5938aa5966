import { type Command, EXIT } from '../command.ts';
import { sayDispatch } from '../dispatchPage.ts';
import { wholeDispatch } from '../wholeDispatch.ts';

/** `docaxis show`: one dispatch as a page: what it belongs to, how each recipient stands, deadlines, what happened. */
export const showCommand: Command = {
  name: 'show',
  aliases: [],
  summary: {
    en: 'See a dispatch: recipients, statuses, deadlines, thread',
    vi: 'Xem một lượt gửi: bên nhận, trạng thái, thời hạn, văn bản liên quan',
  },
  usage: 'DISPATCH_ID',
  example: 'docaxis show dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa --lang vi',
  options: {},
  takes: [1, 1],
  async run({ argument }, context) {
    const dispatch = await wholeDispatch(await context.client(), argument);
    sayDispatch(dispatch, context);
    context.result(dispatch);
    return EXIT.done;
  },
};
