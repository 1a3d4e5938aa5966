import type { AnswerOf } from '../contract/answers.ts';
import type { Explained } from '../contract/operating.ts';
import type { DeliveryRecord, DispatchRecord, SubmissionRecord, UploadRecord } from '../contract/records.ts';
import { isFinal } from '../contract/states.ts';

type Who = AnswerOf<'explain'>['whoMustAct'];

/** Where something is, what happens next and who brings it about, in both languages. */
export interface Explanation {
  readonly where: Said;
  readonly next: Said;
  /** When, in milliseconds since the epoch; undefined where nobody knows. */
  readonly nextAt?: number | undefined;
  /** Why it is there, in the record's own words. */
  readonly why?: string | undefined;
  readonly who: Who;
}

interface Said {
  readonly en: string;
  readonly vi: string;
}
const said = (en: string, vi: string): Said => ({ en, vi });

const NOTHING = said('Nothing: this is its end.', 'Không có gì thêm: đã kết thúc.');

/** Explains a record from itself alone. */
export function explain(asked: Explained, now: number): Explanation {
  switch (asked.kind) {
    case 'dispatch':
      return ofDispatch(asked.record);
    case 'delivery':
      return ofDelivery(asked.record, now);
    case 'submission':
      return ofSubmission(asked.record);
    case 'upload':
      return ofUpload(asked.record, now);
  }
}

function ofDispatch({ state, recipientCount, due, content, hold }: DispatchRecord): Explanation {
  if (state === 'accepted') {
    return {
      where: said(
        `Kept with its receipt; its ${recipientCount} deliveries are being made.`,
        `Đã lưu và có biên nhận; đang tạo ${recipientCount} lượt phát.`,
      ),
      next: said(
        'The fan-out marks it dispatched; if it does not, the watchman asks for it again.',
        'Bộ phát đánh dấu đã phát; nếu chưa, trình giám sát yêu cầu lại.',
      ),
      nextAt: due?.at,
      ...(due && due.attempts > 0 ? { why: `asked for again ${due.attempts} times` } : {}),
      who: 'nobody',
    };
  }
  const where = content
    ? said(
        `All ${recipientCount} deliveries exist; its content is ${content.state}.`,
        `Đã tạo đủ ${recipientCount} lượt phát; nội dung ở trạng thái ${content.state}.`,
      )
    : said(
        `All ${recipientCount} deliveries exist; each has a state of its own.`,
        `Đã tạo đủ ${recipientCount} lượt phát; mỗi lượt có trạng thái riêng.`,
      );
  if (hold)
    return {
      where,
      next: said(
        'Nothing of it is deleted: it is under a legal hold.',
        'Không xóa gì: đang được lưu giữ theo yêu cầu pháp lý.',
      ),
      who: 'operator',
    };
  if (!due) return { where, next: NOTHING, who: 'nobody' };
  return {
    where,
    next: said(
      'The watchman sees whether its time of retention is over.',
      'Trình giám sát xem đã hết thời hạn lưu giữ chưa.',
    ),
    nextAt: due.at,
    who: 'nobody',
  };
}

function ofDelivery(delivery: DeliveryRecord, now: number): Explanation {
  const { state, system, reason, visibleAt, timeline, due } = delivery;
  if (state === 'set-aside') {
    return {
      where: said(
        `Taken out of the inbox of ${system}: it is offered to nobody.`,
        `Đã đưa ra khỏi hộp nhận của ${system}: không phát cho ai.`,
      ),
      why: reason ?? timeline.findLast(({ to }) => to === 'set-aside')?.detail,
      next: said(
        'An operator puts it back (docaxis ops requeue) or gives it up (docaxis ops discard).',
        'Người vận hành đưa trở lại (docaxis ops requeue) hoặc bỏ (docaxis ops discard).',
      ),
      who: 'operator',
    };
  }
  if (isFinal(state))
    return { where: said(`It is ${state}.`, `Ở trạng thái ${state}.`), why: reason, next: NOTHING, who: 'nobody' };
  if (delivery.movesTo !== undefined) {
    return {
      where: said(
        `In the inbox of ${system}, which does not serve its agency any more.`,
        `Trong hộp nhận của ${system}, nay không còn phục vụ cơ quan này.`,
      ),
      next: said(`It follows its agency to ${delivery.movesTo}.`, `Sẽ chuyển theo cơ quan sang ${delivery.movesTo}.`),
      nextAt: Math.max(visibleAt, now),
      who: 'nobody',
    };
  }
  return visibleAt > now ? held(delivery) : waiting(delivery, due?.what === 'expire' ? due.at : delivery.expiresAt);
}

function held({ state, system, visibleAt, withdrawing, fruitless }: DeliveryRecord): Explanation {
  const where =
    state === 'offered'
      ? said(
          `Under lease of ${system}, its offer number ${fruitless}.`,
          `Đang do ${system} giữ, lần phát thứ ${fruitless}.`,
        )
      : said(`Given back by ${system}, which wants it later.`, `${system} đã trả lại và muốn nhận sau.`);
  const next = withdrawing
    ? said('It is recalled: withdrawn when the lease ends.', 'Đã bị thu hồi: sẽ rút khi hết thời gian giữ.')
    : said('Unless it is acknowledged, it is offered again.', 'Nếu không được xác nhận, sẽ được phát lại.');
  return { where, next, nextAt: visibleAt, who: 'recipient' };
}

function waiting({ system, fruitless }: DeliveryRecord, expiresAt: number | undefined): Explanation {
  return {
    where: said(
      `Waiting in the inbox of ${system}; offered ${fruitless} times.`,
      `Đang chờ trong hộp nhận của ${system}; đã phát ${fruitless} lần.`,
    ),
    next: said(`${system} takes it; if nobody does, it expires.`, `${system} nhận; nếu không ai nhận thì hết hạn.`),
    nextAt: expiresAt,
    who: 'recipient',
  };
}

function ofSubmission({ state, due, expiresAt, refusal }: SubmissionRecord): Explanation {
  if (state === 'working') {
    return {
      where: said('Checked once; the background goes on with it.', 'Đã kiểm tra; đang được xử lý tiếp ở nền.'),
      next: said('If it does not end, the watchman asks for it again.', 'Nếu chưa xong, trình giám sát yêu cầu lại.'),
      nextAt: due?.at,
      ...(due && due.attempts > 0 ? { why: `asked for again ${due.attempts} times` } : {}),
      who: 'nobody',
    };
  }
  const where =
    state === 'accepted'
      ? said('Accepted: look at its dispatch.', 'Đã tiếp nhận: xem lượt gửi.')
      : said('Refused: nothing of it was kept.', 'Bị từ chối: không lưu gì.');
  const next = said('The record of it goes.', 'Bản ghi sẽ được xóa.');
  return { where, next, nextAt: expiresAt, why: refusal?.code, who: state === 'refused' ? 'sender' : 'nobody' };
}

function ofUpload({ state, expiresAt, askedAt, reason }: UploadRecord, now: number): Explanation {
  if (expiresAt <= now)
    return {
      where: said('Its time is over.', 'Đã hết hạn.'),
      next: said('The record of it goes.', 'Bản ghi sẽ được xóa.'),
      who: 'system',
    };
  const gone = said('Unless it is used, it is gone.', 'Nếu không dùng sẽ bị xóa.');
  switch (state) {
    case 'open':
      return {
        where: said('Its bytes are awaited.', 'Đang chờ nội dung.'),
        next: said(
          'Its system sends them and completes it; else it is gone.',
          'Hệ thống gửi và hoàn tất; nếu không sẽ bị xóa.',
        ),
        nextAt: expiresAt,
        who: 'system',
      };
    case 'sealing':
      return {
        where: said('The axis reads what was sent.', 'Trục đang đọc nội dung đã gửi.'),
        next: said(
          'It is sealed, or fails; completing it again asks once more.',
          'Sẽ được niêm phong hoặc thất bại; hoàn tất lại sẽ yêu cầu lần nữa.',
        ),
        why: askedAt === undefined ? undefined : `asked for at ${new Date(askedAt).toISOString()}`,
        who: 'nobody',
      };
    case 'sealed':
      return {
        where: said('Sealed: a submission can use it.', 'Đã niêm phong: có thể dùng để gửi.'),
        next: gone,
        nextAt: expiresAt,
        who: 'system',
      };
    case 'failed':
      return {
        where: said('What was sent is not what was declared.', 'Nội dung gửi khác với khai báo.'),
        why: reason,
        next: said('Its system starts it again.', 'Hệ thống bắt đầu lại.'),
        who: 'system',
      };
  }
}
