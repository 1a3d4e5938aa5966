import { type Behaviour, type KitReply, type Mischief, type Play, say } from './behaviour.ts';
import {
  acknowledgedAll,
  acknowledgedNothing,
  atMost,
  gaveUpWaiting,
  handedNothingOn,
  handedOnOnce,
  repeatedAcknowledgement,
  succeeded,
  waitedAsAsked,
} from './checks.ts';
import { json, readJson, refusalReply } from './kitReply.ts';

const taken = [succeeded, handedOnOnce, acknowledgedAll];
const receive = (mischief: readonly Mischief[], checks: Play['checks'] = taken): Play => ({
  command: 'receive',
  offers: ['letter'],
  mischief,
  checks,
});
const once = (on: Mischief['on'], mischief: Omit<Mischief, 'on' | 'times'>): readonly Mischief[] => [
  { ...mischief, on, times: 1 },
];
const refused = [handedNothingOn, acknowledgedNothing];

/** What can go wrong while documents are received. */
export const RECEIVE_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'receive-plain',
    required: true,
    does: say('behaves well', 'hoạt động bình thường'),
    good: say('hands the documents on, acknowledges, ends with 0', 'chuyển tiếp, xác nhận, kết thúc với mã 0'),
    why: 'POST /v1/inbox/receive',
    plays: [{ command: 'receive', offers: ['letter', 'reply'], checks: taken }],
  },
  {
    name: 'duplicate-delivery',
    required: true,
    does: say('offers a delivery again that was acknowledged', 'phát lại lượt đã xác nhận'),
    good: say('acknowledges again and hands it on once', 'xác nhận lại, chỉ chuyển tiếp một lần'),
    why: 'promise 5; failure case 46',
    plays: [receive(once('acknowledge', { takesEffect: true, also: ({ inbox }) => inbox.forget() }))],
  },
  {
    name: 'duplicate-in-answer',
    required: true,
    does: say('names one delivery twice in one answer', 'nêu một lượt phát hai lần trong một câu trả lời'),
    good: say('hands it on once', 'chỉ chuyển tiếp một lần'),
    why: 'failure case 46',
    plays: [receive(once('receive', { takesEffect: true, answer: doubled }))],
  },
  {
    name: 'answer-twice',
    required: true,
    does: say('sends one answer twice on one connection', 'gửi một câu trả lời hai lần trên một kết nối'),
    good: say('does not take it for the next answer', 'không coi là câu trả lời kế tiếp'),
    why: 'RFC 9112 9.2',
    plays: [receive(once('receive', { takesEffect: true, wire: { how: 'twice' } }))],
  },
  {
    name: 'out-of-order',
    required: true,
    does: say('offers the later document first', 'phát văn bản sau trước'),
    good: say('takes both', 'nhận cả hai'),
    why: 'failure case 46',
    plays: [{ command: 'receive', offers: ['reply', 'letter'], mischief: datedBackwards(), checks: taken }],
  },
  {
    name: 'lost-lease',
    required: true,
    does: say('leases a delivery, and the answer is lost', 'giao lượt phát nhưng câu trả lời bị mất'),
    good: say('asks again', 'hỏi lại'),
    why: 'failure cases 28, 48',
    plays: [
      receive(
        once('receive', { takesEffect: true, wire: { how: 'cut', at: 0.5 }, also: ({ inbox }) => inbox.lapse() }),
      ),
    ],
  },
  {
    name: 'empty-inbox',
    required: true,
    does: say('has nothing for a while, then a document', 'chưa có văn bản, một lúc sau mới có'),
    good: say('ends with 0 each time, and asks no faster than it must', 'kết thúc với mã 0, không hỏi dồn dập'),
    why: 'POST /v1/inbox/receive',
    plays: [{ command: 'receive', offers: ['letter'], offersFromRun: 4, checks: [...taken, atMost(12, 'receive')] }],
  },
  {
    name: 'busy-inbox',
    required: true,
    does: say('refuses with 429 and Retry-After at the inbox', 'hộp thư đến trả 429 kèm Retry-After'),
    good: say('waits at least so long', 'chờ ít nhất bằng thời gian đó'),
    why: 'RFC 6585 4; refusal rate-limited',
    plays: [
      receive(once('receive', { takesEffect: false, answer: () => refusalReply('rate-limited') }), [
        ...taken,
        waitedAsAsked,
      ]),
    ],
  },
  {
    name: 'slow-body',
    required: true,
    does: say('sends content in small pieces', 'gửi nội dung nhỏ giọt'),
    good: say('reads it to its end', 'đọc đến hết'),
    why: 'failure case 33',
    plays: [receive([{ on: 'bytes', takesEffect: true, wire: { how: 'drip' } }])],
  },
  {
    name: 'stalled-body',
    required: true,
    does: say('stops in the middle of the content', 'dừng giữa chừng khi gửi nội dung'),
    good: say(
      'breaks off in bounded time, and goes on or starts anew',
      'ngắt sau thời gian có hạn, rồi tải tiếp hoặc tải lại',
    ),
    why: 'failure cases 33, 34',
    plays: [receive(once('bytes', { takesEffect: true, wire: { how: 'stall', at: 0.5 } }), [gaveUpWaiting, ...taken])],
  },
  {
    name: 'broken-body',
    required: true,
    does: say('breaks the connection in the middle of the content', 'ngắt kết nối giữa chừng khi gửi nội dung'),
    good: say('goes on or starts anew', 'tải tiếp hoặc tải lại'),
    why: 'failure cases 28, 34',
    plays: [receive(once('bytes', { takesEffect: true, wire: { how: 'cut', at: 0.6 } }))],
  },
  {
    name: 'link-over',
    required: true,
    does: say('gives a link that has expired', 'đưa liên kết đã hết hạn'),
    good: say('asks for another one', 'xin liên kết khác'),
    why: 'GET /v1/dispatches/{dispatchId}/content; failure case 35',
    plays: [
      receive(
        once('bytes', {
          takesEffect: false,
          answer: () => json(403, { code: 'AccessDenied' }),
          also: ({ inbox }) => inbox.closeLinks(),
        }),
      ),
    ],
  },
  {
    name: 'short-content',
    required: true,
    does: say('sends less than the delivery promises', 'gửi thiếu so với lượt phát'),
    good: say('refuses it: not acknowledged, not handed on', 'từ chối: không xác nhận, không chuyển tiếp'),
    why: 'promise 3; failure case 28',
    plays: [
      receive(
        [
          {
            on: 'bytes',
            takesEffect: true,
            answer: (truth) => ({ ...truth, status: 200, body: truth.body.subarray(0, truth.body.length >> 1) }),
          },
        ],
        refused,
      ),
    ],
  },
  {
    name: 'wrong-content',
    required: true,
    does: say('sends other bytes than the delivery promises', 'gửi nội dung khác mã băm của lượt phát'),
    good: say('refuses it: not acknowledged, not handed on', 'từ chối: không xác nhận, không chuyển tiếp'),
    why: 'promise 3; failure cases 27, 34',
    plays: [
      receive(
        [{ on: 'bytes', takesEffect: true, answer: (truth) => ({ ...truth, body: otherBytes(truth.body) }) }],
        refused,
      ),
    ],
  },
  {
    name: 'lost-acknowledgement',
    required: true,
    does: say('takes the acknowledgement, and the connection breaks', 'nhận xác nhận rồi ngắt kết nối'),
    good: say('repeats it and hands the document on once', 'xác nhận lại, chỉ chuyển tiếp một lần'),
    why: 'promise 5; failure cases 48, 49',
    plays: [
      receive(once('acknowledge', { takesEffect: true, wire: { how: 'cut', at: 0 } }), [
        ...taken,
        repeatedAcknowledgement,
        atMost(25, 'acknowledge'),
      ]),
    ],
  },
  {
    name: 'already-settled',
    required: true,
    does: say(
      'takes the acknowledgement, and says of the repeat that all is settled: 409',
      'nhận xác nhận, khi lặp lại báo đã kết thúc: 409',
    ),
    good: say('takes that for success', 'coi đó là thành công'),
    why: 'refusal delivery-settled; failure case 48',
    plays: [
      receive(
        [
          ...once('acknowledge', { takesEffect: true, wire: { how: 'cut', at: 0 } }),
          {
            on: 'acknowledge',
            takesEffect: false,
            answer: () => refusalReply('delivery-settled', { state: 'acknowledged' }),
          },
        ],
        [...taken, repeatedAcknowledgement],
      ),
    ],
  },
  {
    name: 'expired-lease',
    required: true,
    does: say('says that the lease is lost: 409', 'báo đã mất quyền giữ: 409'),
    good: say('does not count it as acknowledged; takes it again', 'không coi là đã xác nhận; nhận lại'),
    why: 'refusal lease-lost; failure case 48',
    plays: [
      receive(
        once('acknowledge', {
          takesEffect: false,
          answer: () => refusalReply('lease-lost'),
          also: ({ inbox }) => inbox.lapse(),
        }),
        [...taken, atMost(5, 'acknowledge')],
      ),
    ],
  },
  {
    name: 'recalled-content',
    required: true,
    does: say('has closed the content: 410', 'nội dung đã đóng: 410'),
    good: say('neither acknowledges nor hands on', 'không xác nhận, không chuyển tiếp'),
    why: 'refusal content-recalled; failure case 44',
    plays: [
      receive(
        [
          { on: 'bytes', takesEffect: false, answer: () => json(403, { code: 'AccessDenied' }) },
          { on: 'content', takesEffect: false, answer: () => refusalReply('content-recalled') },
        ],
        refused,
      ),
    ],
  },
];

/** The first delivery of an answer, twice. */
function doubled({ status, body }: KitReply): KitReply {
  const { deliveries } = readJson(body);
  const [first] = Array.isArray(deliveries) ? deliveries : [];
  return json(status, { deliveries: first ? [first, first] : [] });
}

/** The second delivery was accepted a day before the first. */
function datedBackwards(): readonly Mischief[] {
  const answer = ({ status, body }: KitReply): KitReply => {
    const { deliveries } = readJson(body);
    const earlier = (Array.isArray(deliveries) ? deliveries : []).map((one, index) =>
      index === 0 ? one : { ...one, headline: { ...one.headline, acceptedAt: '2026-01-01T00:00:00.000Z' } },
    );
    return json(status, { deliveries: earlier });
  };
  return [{ on: 'receive', takesEffect: true, answer }];
}

/** Bytes of the same length with another digest. */
function otherBytes(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  const middle = bytes.length >> 1;
  other[middle] = (other[middle] ?? 0) ^ 1;
  return other;
}
