import { type Behaviour, type KitReply, type Play, say } from './behaviour.ts';
import {
  acknowledgedAll,
  acknowledgedNothing,
  atMost,
  type Check,
  didNotSucceed,
  gaveStrangersNothing,
  handedNothingOn,
  handedOnOnce,
  keptTokenToAxis,
  oneDispatch,
  renewedToken,
  saidWho,
  signedDocument,
  stoppedReading,
  succeeded,
  wroteInsideOnly,
} from './checks.ts';
import type { KitReceipts } from './kitReceipts.ts';
import { json, readJson } from './kitReply.ts';
import type { KitTruth } from './kitTruth.ts';

const TEN_MINUTES_MS = 600_000;

/** What a client must not believe, and what it must not give away. */
export const trustBehaviours = (strange: KitReceipts): readonly Behaviour[] => [
  {
    name: 'forged-receipt',
    required: true,
    does: say('gives a receipt signed by another key', 'đưa biên nhận ký bằng khóa khác'),
    good: say('does not believe it', 'không tin biên nhận đó'),
    why: 'promise 1; failure case 59',
    plays: [unbelieved((_, { dispatches: [one] }) => (one ? strange.of(one.dispatchId, one.document) : {}))],
  },
  {
    name: 'altered-receipt',
    required: true,
    does: say('gives a receipt that was altered, or none', 'đưa biên nhận bị sửa, hoặc không có biên nhận'),
    good: say('does not believe it', 'không tin biên nhận đó'),
    why: 'promise 1; failure case 59',
    plays: [
      { ...unbelieved(({ receipt }) => ({ receipt: alteredReceipt(String(receipt)) })), label: 'altered' },
      { ...unbelieved(() => ({ receipt: undefined, receiptCertificate: undefined })), label: 'none' },
    ],
  },
  {
    name: 'other-receipt',
    required: true,
    does: say('gives a good receipt of another document', 'đưa biên nhận thật của văn bản khác'),
    good: say('does not take it for its own', 'không coi là biên nhận của mình'),
    why: 'failure case 59',
    plays: [unbelieved((_, kit) => kit.otherReceipt())],
  },
  {
    name: 'expired-token',
    required: true,
    does: say('finds the first token expired: 401', 'báo token đầu tiên hết hạn: 401'),
    good: say('signs a new token and goes on', 'ký token mới và tiếp tục'),
    why: 'refusal token-expired; RFC 7523',
    plays: [{ command: 'send', firstTokenIsOver: true, checks: [succeeded, oneDispatch, renewedToken] }],
  },
  {
    name: 'clock-skew',
    required: true,
    does: say('has a clock ten minutes ahead: every token is over', 'đồng hồ nhanh mười phút: mọi token đều hết hạn'),
    good: say('dates tokens by the axis, or says that the clocks differ', 'lấy giờ của trục, hoặc báo đồng hồ lệch'),
    why: 'refusal token-expired; failure case 21',
    plays: [{ command: 'send', clockAheadMs: TEN_MINUTES_MS, checks: [sentOrSaidWhy, atMost(5, 'submit')] }],
  },
  {
    name: 'redirect',
    required: true,
    does: say(
      'redirects the submission to another host, over http',
      'chuyển hướng việc gửi sang máy chủ khác, qua http',
    ),
    good: say('does not follow with token or document', 'không gửi token hay văn bản theo'),
    why: 'failure case 67; RFC 9110 15.4',
    plays: [302, 307, 308].map((status) => ({
      label: String(status),
      command: 'send',
      mischief: [{ on: 'submit', takesEffect: false, answer: (_, kit) => elsewhere(status, kit) }],
      checks: [didNotSucceed, gaveStrangersNothing],
    })),
  },
  {
    name: 'token-at-link',
    required: true,
    does: say('links to content on another host', 'liên kết nội dung nằm ở máy chủ khác'),
    good: say('sends no token there', 'không gửi token tới đó'),
    why: 'GET /v1/dispatches/{dispatchId}/content',
    plays: [{ command: 'receive', offers: ['letter'], checks: [succeeded, handedOnOnce, keptTokenToAxis] }],
  },
  {
    name: 'huge-answer',
    required: true,
    does: say('answers 64 MB, then behaves', 'trả lời 64 MB, sau đó bình thường'),
    good: say('stops reading, and tries again', 'ngừng đọc và thử lại'),
    why: 'failure case 53: huge reply',
    plays: [
      {
        command: 'receive',
        offers: ['letter'],
        mischief: [
          { on: 'receive', times: 1, takesEffect: false, answer: () => json(200, {}), wire: { how: 'flood' } },
        ],
        checks: [stoppedReading, succeeded, handedOnOnce, acknowledgedAll],
      },
    ],
  },
  {
    name: 'hostile-name',
    required: true,
    does: say('offers a document whose id is a path (../../)', 'phát văn bản có mã là đường dẫn (../../)'),
    good: say('writes only into its own folder', 'chỉ ghi vào thư mục của mình'),
    why: 'failure case 67',
    plays: [{ command: 'receive', offers: ['stray'], checks: [wroteInsideOnly, succeeded, acknowledgedAll] }],
  },
  {
    name: 'altered-signature',
    required: false,
    does: say('offers a document that was altered after it was signed', 'phát văn bản bị sửa sau khi ký'),
    good: say('judges the signature itself, and refuses', 'tự kiểm tra chữ ký số và từ chối'),
    why: 'promise 6; failure case 10',
    plays: [
      { command: 'receive', offers: ['altered'], met: signedDocument, checks: [handedNothingOn, acknowledgedNothing] },
    ],
  },
];

const sentOrSaidWhy: Check = {
  says: say('it sent the document, or its output names token-expired', 'đã gửi, hoặc kết quả in ra nêu token-expired'),
  holds: (seen) => (succeeded.holds(seen) && oneDispatch.holds(seen)) || saidWho('token-expired', 'system').holds(seen),
};

/** A submission whose answer is changed. */
const unbelieved = (change: (answer: Readonly<Record<string, unknown>>, kit: KitTruth) => object): Play => ({
  command: 'send',
  mischief: [
    {
      on: 'submit',
      takesEffect: true,
      answer: ({ status, body }, kit) => json(status, { ...readJson(body), ...change(readJson(body), kit) }),
    },
  ],
  checks: [didNotSucceed],
});

/** The hash in it is that of nothing. */
function alteredReceipt(receipt: string): string {
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  const text = Buffer.from(payload, 'base64url').toString('utf8').replace('"kind":"document"', '"kind":"Document"');
  return [header, Buffer.from(text).toString('base64url'), signature].join('.');
}

const elsewhere = (status: number, { storeUrl }: KitTruth): KitReply => ({
  status,
  headers: { location: new URL('/v1/dispatches', storeUrl.replace('127.0.0.1', 'localhost')).href },
  body: Buffer.alloc(0),
});
