/** What an alarm of a stage means to people; `lib/alarms.ts` says by which numbers it rings. */
interface AlarmWords {
  readonly en: string;
  readonly vi: string;
  /** Page in docs/runbooks. */
  readonly runbook: string;
  /** `every` stage has it, or those whose coverage is `few` or `all`, or those that release by a `canary`. */
  readonly where: 'every' | 'few' | 'all' | 'canary';
}

const SET_ASIDE = {
  en: 'Work was set aside after repeated failures: documents may be waiting for a person to look.',
  vi: 'Công việc bị để riêng sau nhiều lần lỗi: có thể có văn bản đang chờ người xử lý.',
  runbook: 'dead-letters',
} as const;

/** By name: an alarm is called `docaxis-STAGE-NAME`. */
export const ALARMS = {
  'watchman-silent': {
    en: 'The watchman has not reported for ten minutes: what a crash left behind is not being moved.',
    vi: 'Trình giám sát không báo trong mười phút: việc dở dang sau sự cố không được xử lý tiếp.',
    runbook: 'watchman-silent',
    where: 'every',
  },
  'tables-put-back': {
    en: 'The tables were put back to an earlier time: documents that were accepted since have no record.',
    vi: 'Bảng dữ liệu bị đưa về thời điểm trước: văn bản tiếp nhận sau đó không còn bản ghi.',
    runbook: 'restore',
    where: 'every',
  },
  'delivery-set-aside': {
    en: 'A recipient took a document again and again and never acknowledged it: an operator must look.',
    vi: 'Bên nhận lấy văn bản nhiều lần mà không xác nhận: người vận hành phải xem.',
    runbook: 'delivery-set-aside',
    where: 'every',
  },
  'submit-faults': {
    en: 'Submissions fail for reasons that are not the sender’s: agencies cannot send documents.',
    vi: 'Gửi văn bản bị lỗi không phải do bên gửi: các cơ quan không gửi được.',
    runbook: 'submit-faults',
    where: 'every',
  },
  'dead-letters': { ...SET_ASIDE, where: 'few' },
  'fan-out-dead-not-empty': { ...SET_ASIDE, where: 'all' },
  'inbox-dead-not-empty': { ...SET_ASIDE, where: 'all' },
  'seal-dead-not-empty': { ...SET_ASIDE, where: 'all' },
  'submissions-dead-not-empty': { ...SET_ASIDE, where: 'all' },
  'webhooks-dead-not-empty': { ...SET_ASIDE, where: 'all' },
  'log-silent': {
    en: 'What happened does not become evidence in time: nobody loses a document, but proofs are missing.',
    vi: 'Sự việc không kịp vào nhật ký bằng chứng: văn bản không mất, nhưng thiếu bằng chứng.',
    runbook: 'log-silent',
    where: 'all',
  },
  'revocation-silent': {
    en: 'News of revoked certificates have not been looked after for half an hour: they grow old unseen.',
    vi: 'Nửa giờ không cập nhật tin thu hồi chứng thư: tin cũ dần mà không ai biết.',
    runbook: 'revocation-silent',
    where: 'all',
  },
  'revocation-stale': {
    en: 'An authority gives no fresh news of revoked certificates: documents are flagged, and refused once the trust list’s hours are over.',
    vi: 'Tổ chức chứng thực không có tin thu hồi mới: văn bản bị đánh dấu, rồi bị từ chối khi hết số giờ cho phép.',
    runbook: 'revocation-stale',
    where: 'all',
  },
  'certificates-expiring': {
    en: 'Agencies have no certificate that lasts another week: soon what they sign is refused.',
    vi: 'Có cơ quan không còn chứng thư dùng được quá một tuần: văn bản ký sẽ sớm bị từ chối.',
    runbook: 'certificates-expiring',
    where: 'all',
  },
  release: {
    en: 'New code was taken back: what it does fails for agencies. One alarm for each function, `release-FUNCTION`.',
    vi: 'Mã mới đã bị rút lại vì gây lỗi cho các cơ quan. Mỗi hàm có một cảnh báo riêng, `release-FUNCTION`.',
    runbook: 'release',
    where: 'canary',
  },
} as const satisfies Record<string, AlarmWords>;
export type AlarmName = keyof typeof ALARMS;

/** The description of an alarm: what it means, and the page that says what to do. */
export const describedAlarm = (name: AlarmName, en: string = ALARMS[name].en): string =>
  `${en} What to do: docs/runbooks/${ALARMS[name].runbook}.md`;
