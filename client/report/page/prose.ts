import type { Report } from '../../../core/report/reportValue.ts';
import type { Language } from '../../axisRefusal.ts';
import type { Numbers } from './numbers.ts';

/** Headings, labels and sentences of the printed report, in one language. */
export interface Prose {
  readonly title: string;
  readonly about: string;
  readonly cut: string;
  readonly provisional: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly tiles: Readonly<Record<Tile, string>>;
  readonly charts: Readonly<Record<Chart, string>>;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly columns: Readonly<Record<ColumnName, string>>;
  /** Names of spans, the shortest first. */
  readonly spans: readonly string[];
  readonly empty: string;
  readonly fingerprint: string;
  readonly notes: readonly string[];
}

type Section = 'volume' | 'punctuality' | 'speed' | 'directives' | 'agencies' | 'refusals' | 'notes';
type Tile = 'documents' | 'deliveries' | 'signed' | 'internal' | 'registered' | 'overdue' | 'median' | 'returned';
type Chart = 'days' | 'off' | 'clocks' | 'states' | 'registered' | 'pickedUp';
type TableName = 'days' | 'months' | 'clocks' | 'durations' | 'directives' | 'overdue' | 'agencies' | 'refusals';
type ColumnName =
  | 'day'
  | 'month'
  | 'clock'
  | 'what'
  | 'due'
  | 'dispatch'
  | 'from'
  | 'to'
  | 'system'
  | 'reason'
  | 'side';

export const monthName = (month: string): string => `${month.slice(5)}/${month.slice(0, 4)}`;

/** Of a report about a period: everything that is a sentence. */
export function proseOf(report: Report, language: Language, numbers: Numbers): Prose {
  return language === 'vi' ? vietnamese(report, numbers) : english(report, numbers);
}

const yearOf = ({ period }: Report): string => period.name.slice(0, 4);
const placeOf = ({ period }: Report): string => String(Number(period.name.replace(/^\d{4}-Q?/, '')));
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

const calendarsOf = (report: Report, unpublished: string): string =>
  report.basis.calendars
    .map(({ year, version }) => `${year} (${version === undefined ? unpublished : version})`)
    .join(', ');

function vietnamese(report: Report, { whole, share, moment }: Numbers): Prose {
  const { period, asOf, scope, basis, refusals } = report;
  const when =
    period.kind === 'month'
      ? `Tháng ${placeOf(report)} năm ${yearOf(report)}`
      : `Quý ${placeOf(report)} năm ${yearOf(report)}`;
  return {
    title: 'Báo cáo trao đổi văn bản điện tử',
    about: `${when} · ${scope === undefined ? 'toàn trục' : `cơ quan ${scope} và các đơn vị trực thuộc`} · trục ${report.axis}`,
    cut: `Văn bản được tiếp nhận trong kỳ; tình trạng tính đến ${moment(asOf)} (giờ Việt Nam).`,
    provisional: 'Số liệu tạm tính',
    sections: {
      volume: 'Khối lượng',
      punctuality: 'Chấp hành thời hạn',
      speed: 'Thời gian thực tế',
      directives: 'Chỉ đạo và báo cáo thực hiện',
      agencies: 'Theo cơ quan',
      refusals: 'Bị trục từ chối tiếp nhận',
      notes: 'Cách tính và nguồn số liệu',
    },
    tiles: {
      documents: 'văn bản đã gửi',
      deliveries: 'lượt nhận',
      signed: 'văn bản có chữ ký số',
      internal: 'lượt nhận trong nội bộ',
      registered: 'vào sổ đúng hạn',
      overdue: 'lượt quá hạn vào sổ',
      median: 'trung vị đến khi vào sổ',
      returned: 'lượt bị trả lại hoặc từ chối',
    },
    charts: {
      days: 'Lượt nhận (nhạt) và văn bản gửi (đậm) theo ngày tiếp nhận',
      off: 'ngày nghỉ',
      clocks: 'Đúng hạn, trễ hạn và quá hạn theo từng thời hạn pháp lý',
      states: 'Tình trạng các lượt nhận',
      registered: 'Từ tiếp nhận trên trục đến khi vào sổ: tỷ lệ theo khoảng thời gian',
      pickedUp: 'Từ tiếp nhận trên trục đến khi bên nhận lấy về: tỷ lệ theo khoảng thời gian',
    },
    tables: {
      days: 'Số liệu từng ngày',
      months: 'Từng tháng trong quý',
      clocks: 'Kết quả theo thời hạn',
      durations: 'Thời gian xử lý',
      directives: 'Văn bản chỉ đạo trong kỳ, mỗi nơi nhận một lượt',
      overdue: 'Chỉ đạo quá hạn chưa có báo cáo, quá hạn lâu nhất trước',
      agencies: 'Cơ quan trao đổi nhiều nhất trước',
      refusals: 'Theo hệ thống và mã từ chối',
    },
    columns: {
      day: 'Ngày',
      month: 'Tháng',
      clock: 'Thời hạn',
      what: 'Khoảng thời gian',
      due: 'Hạn',
      dispatch: 'Mã lượt gửi',
      from: 'Nơi giao',
      to: 'Nơi được giao',
      system: 'Hệ thống',
      reason: 'Mã từ chối',
      side: 'Chỉ đạo',
    },
    spans: ['≤ 1 giờ', '1–4 giờ', '4–8 giờ', '8–24 giờ', '1–2 ngày', '2–5 ngày', '> 5 ngày'],
    empty: 'Không có.',
    fingerprint: 'Mã kiểm của dữ liệu',
    notes: [
      'Nội bộ là giữa các cơ quan có chung mã cấp 1 (cùng bộ hoặc cùng tỉnh), theo mã ghi trong văn bản; còn lại là ngoài hệ thống.',
      'Văn bản không có chữ ký số chỉ để tham khảo (Quyết định 28/2018/QĐ-TTg Điều 4).',
      'Thời hạn: gửi chậm nhất hết buổi sáng ngày làm việc tiếp theo (Quyết định 28/2018/QĐ-TTg Điều 6.2); xác nhận trong ngày (Nghị định 30/2020/NĐ-CP Điều 21.2c); vào sổ chậm nhất ngày làm việc tiếp theo (Điều 4.2c); xử lý theo hạn ghi trong văn bản. Văn bản khẩn phải làm ngay: tính đến hết ngày.',
      'Tỷ lệ đúng hạn = đúng hạn / (đúng hạn + trễ hạn + quá hạn). Trễ hạn: đã làm nhưng sau hạn. Quá hạn: đã hết hạn mà chưa làm.',
      'Thời điểm ký chỉ chắc chắn khi có dấu thời gian. Thời điểm và ngày ký do bên gửi tự khai được nêu riêng để tham khảo, không dùng để đánh giá.',
      'Thời gian tính từ lúc trục tiếp nhận. Trung vị và bách phân vị sai lệch không quá ' +
        `${share(basis.relativeError)}.`,
      'Chỉ đạo: SteeringType 2. Báo cáo: SteeringType 3 của nơi được giao, trả lời đúng văn bản đó hoặc cùng mã nhiệm vụ; hạn là DueDate.',
      `Số lần từ chối chỉ là phần còn lưu: tối đa ${whole(refusals.perSystem)} lần gần nhất của mỗi hệ thống, trong ${refusals.keptDays} ngày.`,
      'Trạng thái do phần mềm của bên nhận báo. Phần mềm báo nhiều trạng thái một lúc thì thời gian ở đây cũng vậy.',
      `Lập từ ${whole(basis.dispatches)} lượt gửi và ${whole(basis.deliveries)} lượt nhận; quy tắc thời hạn bản ${basis.clocks}; lịch làm việc các năm (bản): ${calendarsOf(report, 'chưa công bố')}. Cùng dữ liệu thì báo cáo giống nhau từng byte.`,
    ],
  };
}

function english(report: Report, { whole, share, moment }: Numbers): Prose {
  const { period, asOf, scope, basis, refusals } = report;
  const when =
    period.kind === 'month'
      ? `${MONTHS[Number(placeOf(report)) - 1]} ${yearOf(report)}`
      : `Quarter ${placeOf(report)} of ${yearOf(report)}`;
  return {
    title: 'Exchange of electronic documents',
    about: `${when} · ${scope === undefined ? 'the whole axis' : `agency ${scope} and all below it`} · axis ${report.axis}`,
    cut: `Documents accepted in the period, as they stood on ${moment(asOf)} (Vietnam time).`,
    provisional: 'Provisional',
    sections: {
      volume: 'Volume',
      punctuality: 'Legal time limits',
      speed: 'How long things took',
      directives: 'Directives and reports on them',
      agencies: 'By agency',
      refusals: 'Refused by the axis',
      notes: 'How it was computed, and from what',
    },
    tiles: {
      documents: 'documents sent',
      deliveries: 'deliveries received',
      signed: 'of documents signed',
      internal: 'of deliveries internal',
      registered: 'registered on time',
      overdue: 'overdue for registration',
      median: 'median to registration',
      returned: 'returned or refused',
    },
    charts: {
      days: 'Deliveries (light) and documents sent (dark) by day of acceptance',
      off: 'day off',
      clocks: 'On time, late and overdue by each legal limit',
      states: 'States of the deliveries',
      registered: 'From acceptance to registration: share by span',
      pickedUp: 'From acceptance to pick-up: share by span',
    },
    tables: {
      days: 'Figures of each day',
      months: 'Each month of the quarter',
      clocks: 'Results by limit',
      durations: 'Times',
      directives: 'Directives of the period, one for each recipient',
      overdue: 'Directives overdue without a report, the longest first',
      agencies: 'The busiest agencies first',
      refusals: 'By system and code',
    },
    columns: {
      day: 'Day',
      month: 'Month',
      clock: 'Limit',
      what: 'From, to',
      due: 'Due',
      dispatch: 'Dispatch',
      from: 'Given by',
      to: 'Given to',
      system: 'System',
      reason: 'Code',
      side: 'Directives',
    },
    spans: ['≤ 1 h', '1–4 h', '4–8 h', '8–24 h', '1–2 days', '2–5 days', '> 5 days'],
    empty: 'None.',
    fingerprint: 'Fingerprint of the records',
    notes: [
      'Internal is what passes between agencies that share the first level of their codes (one ministry, one province), by the codes in the message; the rest is external.',
      'An unsigned document is for reference only (Decision 28/2018/QĐ-TTg article 4).',
      'Limits: sent by the end of the next working morning (Decision 28/2018/QĐ-TTg article 6.2); confirmed within the day (Decree 30/2020/NĐ-CP article 21.2c); registered by the next working day (article 4.2c); processed by the due date in the document. What is urgent is due at once: until the end of the day.',
      'On-time share = on time / (on time + late + overdue). Late: done after the limit. Overdue: not done and past the limit.',
      'A time of signing is certain only with a time-stamp. Times and dates that the sender claims are shown apart and judge nobody.',
      `Times count from acceptance by the axis. Medians and percentiles are off by at most ${share(basis.relativeError)}.`,
      'Directive: SteeringType 2. Report: SteeringType 3 from the recipient that was asked, answering that document or naming the same task; the limit is DueDate.',
      `Refusals are those still on record: at most the latest ${whole(refusals.perSystem)} of each system, of ${refusals.keptDays} days.`,
      'Statuses are what the recipient’s software reports. Where it reports several at once, so do the times here.',
      `Made from ${whole(basis.dispatches)} dispatches and ${whole(basis.deliveries)} deliveries; legal clocks version ${basis.clocks}; working calendars (version): ${calendarsOf(report, 'not published')}. The same records make the same bytes.`,
    ],
  };
}
