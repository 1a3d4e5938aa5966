import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import type { KitRoute, Sentence } from './behaviour.ts';
import { say } from './behaviour.ts';
import type { Exchange, Observation } from './observation.ts';

/** Something that must be true of what was seen. What the client says of itself counts only beside what went over the wire. */
export interface Check {
  readonly says: Sentence;
  holds(seen: Observation): boolean;
}

const check = (en: string, vi: string, holds: Check['holds']): Check => ({ says: say(en, vi), holds });

/** A request may be a little early: clocks of two processes. */
const SLACK_MS = 50;
/** More than an answer of the contract can have, with what the system buffers on the way. */
const TAKEN_AT_MOST = 24 * 1024 * 1024;
/** `docaxis kit` counts a final refusal that is sent again so often as sent for ever. */
const TRIES_OF_WHAT_IS_FINAL = 3;

const on = (seen: Observation, route: KitRoute): readonly Exchange[] =>
  seen.exchanges.filter((exchange) => exchange.route === route);
const spoilt = (seen: Observation): readonly Exchange[] => seen.exchanges.filter((exchange) => exchange.spoilt);
const last = <T>(items: readonly T[]): T | undefined => items.at(-1);

/** The usual question whether the client met a behaviour at all. */
export const metMischief = check('the axis misbehaved', 'trục đã có hành vi xấu', (seen) => spoilt(seen).length > 0);

export const gaveUpWaiting = check(
  'it gave up waiting by itself (DOCAXIS_TIMEOUT_MS, or --silence)',
  'tự thôi chờ (DOCAXIS_TIMEOUT_MS, hoặc --silence)',
  (seen) => spoilt(seen).some(({ abandoned }) => abandoned),
);

export const endedInTime = check('it ended by itself', 'tự kết thúc', ({ runs }) =>
  runs.every(({ exit }) => exit !== undefined),
);

export const succeeded = check('it ended with 0', 'kết thúc với mã 0', ({ runs }) => last(runs)?.exit === 0);

export const didNotSucceed = check('it did not end with 0', 'không kết thúc với mã 0', ({ runs }) =>
  runs.every(({ exit }) => exit !== 0),
);

export const oneDispatch = check(
  'the axis holds one dispatch, of the very bytes',
  'trục chỉ có một lượt gửi, đúng từng byte',
  ({ kit, sent }) => kit.dispatches.length === 1 && kit.dispatches[0]?.document.sha256 === sent.sha256,
);

/** A message that goes by an upload is named in JSON. */
export const sameBytes = check(
  'every attempt carried the same bytes',
  'mọi lần gửi đều cùng nội dung',
  (seen) => new Set(on(seen, 'submit').map(({ sha256 }) => sha256)).size === 1,
);

export const handedOnOnce = check(
  'each document was handed on once, byte for byte',
  'mỗi văn bản được chuyển tiếp đúng một lần, đúng từng byte',
  ({ offered, handed }) => offered.every(({ sha256 }) => handed.filter((file) => file.sha256 === sha256).length === 1),
);

export const handedNothingOn = check(
  'nothing was handed on',
  'không chuyển tiếp gì',
  ({ handed }) => handed.length === 0,
);

export const acknowledgedAll = check('every delivery is acknowledged', 'mọi lượt phát đã được xác nhận', ({ kit }) =>
  kit.inbox.deliveries.every(({ state }) => state === 'acknowledged'),
);

export const repeatedAcknowledgement = check(
  'it acknowledged again',
  'đã xác nhận lại',
  (seen) => on(seen, 'acknowledge').length + on(seen, 'acknowledgeBatch').length > 1,
);

export const acknowledgedNothing = check('nothing is acknowledged', 'không xác nhận lượt phát nào', ({ kit }) =>
  kit.inbox.deliveries.every(({ state }) => state !== 'acknowledged'),
);

export const waitedAsAsked = check('it waited as long as Retry-After asks', 'chờ đủ thời gian Retry-After', (seen) =>
  seen.exchanges.every(({ route, retryAfterMs, answeredAt }, index) => {
    const next = seen.exchanges.slice(index + 1).find((one) => one.route === route);
    return retryAfterMs === undefined || next === undefined || next.at >= answeredAt + retryAfterMs - SLACK_MS;
  }),
);

export const renewedToken = check(
  'a new token came, and none that was refused came again',
  'gửi token mới, không gửi lại token đã bị từ chối',
  (seen) => {
    const refused = spoilt(seen).map(({ token }) => token);
    return new Set(refused).size === refused.length && seen.exchanges.some(({ status = 500 }) => status < 300);
  },
);

export const gaveStrangersNothing = check(
  'neither token nor document went to the other host',
  'không gửi token hay văn bản tới máy chủ khác',
  (seen) => on(seen, 'stranger').every(({ token, bytes }) => token === undefined && bytes === 0),
);

export const keptTokenToAxis = check(
  'no token went to the host of the links',
  'không gửi token tới nơi lưu nội dung',
  (seen) => [...on(seen, 'bytes'), ...on(seen, 'put')].every(({ token }) => token === undefined),
);

export const stoppedReading = check(
  'it stopped reading an answer without end',
  'ngừng đọc câu trả lời quá lớn',
  (seen) => spoilt(seen).every(({ taken }) => taken <= TAKEN_AT_MOST),
);

export const wroteInsideOnly = check(
  'every file lies in the folder that it was given',
  'mọi tệp đều nằm trong thư mục được giao',
  ({ strays }) => strays.length === 0,
);

export const atMost = (count: number, route: KitRoute): Check =>
  check(
    `at most ${count} requests of one kind`,
    `tối đa ${count} yêu cầu cùng loại`,
    (seen) => on(seen, route).length <= count,
  );

export const hasSent = (route: KitRoute): Check =>
  check(`it called ${route}`, `đã gọi ${route}`, (seen) => on(seen, route).length > 0);

export const saidWho = (code: string, who: string): Check =>
  check(`its output names ${code} and ${who}`, `kết quả in ra nêu ${code} và ${who}`, ({ runs }) =>
    runs.some(({ output }) => output.includes(code) && new RegExp(`\\b${who}\\b`).test(output)),
  );

/** A refusal of the catalogue: told and not repeated when it is final; one that can end leads to success. */
export const refusalChecks = (code: RefusalCode): readonly Check[] =>
  REFUSALS[code].retryable
    ? [succeeded, oneDispatch, waitedAsAsked]
    : [didNotSucceed, saidWho(code, REFUSALS[code].who), atMost(TRIES_OF_WHAT_IS_FINAL, 'submit')];

export const signedDocument = check(
  'the documents of the profile are signed',
  'hồ sơ có khóa ký văn bản',
  ({ offered }) => offered.every(({ signed }) => signed === 'xmldsig'),
);

export const tookUpload = check(
  'it sends large messages by an upload',
  'gửi thông điệp lớn bằng tải lên',
  (seen) => on(seen, 'put').length > 0,
);

export const knowsStatus = check('it has the command', 'có lệnh này', ({ runs }) =>
  runs.every(({ exit }) => exit !== USAGE_EXIT),
);

/** `EX_USAGE` of sysexits.h: the command is none of the client's. */
const USAGE_EXIT = 64;
/** `EX_TEMPFAIL` of sysexits.h: not now; the kit runs the command again, as a scheduler would. */
export const LATER_EXIT = 75;
