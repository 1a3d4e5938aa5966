import { type Behaviour, type KitReply, type Mischief, type Play, say } from './behaviour.ts';
import {
  atMost,
  didNotSucceed,
  gaveUpWaiting,
  hasSent,
  oneDispatch,
  sameBytes,
  succeeded,
  waitedAsAsked,
} from './checks.ts';
import { kitId } from './kitIds.ts';
import { faultReply, htmlReply, json, readJson, refusalReply } from './kitReply.ts';

const LIMITED = { limit: 600, unit: 'requests', unitVi: 'yêu cầu', window: 60, retryAfter: 1 };
const PAUSED = { since: '2026-11-27T00:00:00.000Z', retryAfter: 1 };
/** So many attempts are enough for every client. */
const MANY = 25;

const sent = [succeeded, oneDispatch, sameBytes];
const onSubmit = (mischief: Omit<Mischief, 'on' | 'times'>, times = 1): readonly Mischief[] => [
  { ...mischief, on: 'submit', times },
];
const send = (mischief: readonly Mischief[], checks: Play['checks'] = sent): Play => ({
  command: 'send',
  mischief,
  checks,
});

/** What can go wrong while a document is sent. */
export const SEND_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'send-plain',
    required: true,
    does: say('behaves well', 'hoạt động bình thường'),
    good: say('sends the document and ends with 0', 'gửi văn bản và kết thúc với mã 0'),
    why: 'POST /v1/dispatches',
    plays: [send([])],
  },
  {
    name: 'late-answer',
    required: true,
    does: say('accepts, and answers after the time-out', 'tiếp nhận nhưng trả lời sau khi hết thời gian chờ'),
    good: say('sends the same bytes again', 'gửi lại đúng nội dung cũ'),
    why: 'failure cases 1, 50',
    plays: [send(onSubmit({ takesEffect: true, wire: { how: 'late' } }), [gaveUpWaiting, ...sent])],
  },
  {
    name: 'lost-answer',
    required: true,
    does: say('accepts, and the connection breaks before or in the answer', 'tiếp nhận, rồi mất kết nối khi trả lời'),
    good: say('sends the same bytes again', 'gửi lại đúng nội dung cũ'),
    why: 'failure cases 1, 28',
    plays: [
      { ...send(onSubmit({ takesEffect: true, wire: { how: 'cut', at: 0 } })), label: 'before' },
      { ...send(onSubmit({ takesEffect: true, wire: { how: 'cut', at: 0.5 } })), label: 'in it' },
    ],
  },
  {
    name: 'broken-connection',
    required: true,
    does: say('breaks the connection and accepts nothing', 'ngắt kết nối, chưa tiếp nhận'),
    good: say('sends the same bytes again', 'gửi lại đúng nội dung cũ'),
    why: 'failure case 28',
    plays: [send(onSubmit({ takesEffect: false, wire: { how: 'cut', at: 0 } }))],
  },
  {
    name: 'fault-then-success',
    required: true,
    does: say('fails with 500, 502 or 504, then works', 'lỗi 500, 502 hoặc 504, sau đó hoạt động'),
    good: say('tries again', 'thử lại'),
    why: 'RFC 9110 15.6; failure case 50',
    plays: [500, 502, 504].map((status) => ({
      ...send(onSubmit({ takesEffect: false, answer: () => faultReply(status) }, 2)),
      label: String(status),
    })),
  },
  {
    name: 'html-error',
    required: true,
    does: say('a proxy answers 502 with an HTML page, then the axis', 'proxy trả trang HTML 502, sau đó trục trả lời'),
    good: say('tries again, and takes no page for an answer', 'thử lại, không coi trang HTML là câu trả lời'),
    why: 'failure case 28',
    plays: [send(onSubmit({ takesEffect: false, answer: () => htmlReply(502) }))],
  },
  {
    name: 'html-success',
    required: true,
    does: say('a proxy answers 200 with an HTML page', 'proxy trả trang HTML với mã 200'),
    good: say('does not take it for a receipt', 'không coi đó là biên nhận'),
    why: 'failure case 28; docs/openapi.json',
    plays: [send([{ on: 'submit', takesEffect: false, answer: () => htmlReply(200) }], [didNotSucceed])],
  },
  {
    name: 'too-many-requests',
    required: true,
    does: say('refuses with 429 and Retry-After, twice', 'từ chối 429 kèm Retry-After, hai lần'),
    good: say('waits at least so long', 'chờ ít nhất bằng thời gian đó'),
    why: 'RFC 6585 4; failure case 65',
    plays: [
      send(onSubmit({ takesEffect: false, answer: () => refusalReply('rate-limited', LIMITED) }, 2), [
        ...sent,
        waitedAsAsked,
      ]),
    ],
  },
  {
    name: 'unavailable',
    required: true,
    does: say('is paused: 503 and Retry-After, twice', 'tạm ngừng: 503 kèm Retry-After, hai lần'),
    good: say('waits at least so long', 'chờ ít nhất bằng thời gian đó'),
    why: 'RFC 9110 10.2.3; refusal axis-paused',
    plays: [
      send(onSubmit({ takesEffect: false, answer: () => refusalReply('axis-paused', PAUSED) }, 2), [
        ...sent,
        waitedAsAsked,
      ]),
    ],
  },
  {
    name: 'outage',
    required: true,
    does: say('fails with 503 for as long as it is asked', 'luôn lỗi 503'),
    good: say('gives up after a bounded number of attempts', 'dừng sau một số lần thử có hạn'),
    why: 'failure case 50',
    plays: [
      send(
        [{ on: 'submit', takesEffect: false, answer: () => faultReply(503) }],
        [didNotSucceed, atMost(MANY, 'submit')],
      ),
    ],
  },
  {
    name: 'accepted-before',
    required: true,
    does: say('says that it has accepted the same before', 'báo đã tiếp nhận trước đây'),
    good: say('takes the first receipt as success', 'coi biên nhận đầu tiên là thành công'),
    why: 'promise 2; failure case 1',
    plays: [
      send(
        onSubmit({
          takesEffect: true,
          answer: ({ body }) => json(200, { ...readJson(body), outcome: 'again' }),
        }),
      ),
    ],
  },
  {
    name: 'background',
    required: true,
    does: say('answers 202, and 202 again: it is still at work', 'trả lời 202 nhiều lần: đang xử lý'),
    good: say('asks until there is a receipt', 'hỏi lại cho tới khi có biên nhận'),
    why: 'GET /v1/submissions/{submissionId}',
    plays: [send([{ on: 'submit', takesEffect: true, answer: inBackground }], [...sent, hasSent('submission')])],
  },
];

/** As the axis answers to `Prefer: respond-async`, and where it takes long. */
function inBackground({ body, status }: KitReply): KitReply {
  const { receipt: _, receiptCertificate: __, ...answer } = readJson(body);
  const submissionId = kitId('sub', String(answer.dispatchId));
  const headers = { location: `/v1/submissions/${submissionId}`, 'retry-after': '1' };
  return status < 300 ? json(202, { ...answer, outcome: 'working', submissionId }, headers) : json(status, answer);
}
