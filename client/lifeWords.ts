import type { AnswerOf } from '../core/contract/answers.ts';
import type { ActOutcome, Link } from '../core/contract/life.ts';
import type { ContentState, RecallState } from '../core/contract/lifeStates.ts';
import { knownStatusCode, STATUS_CODES } from '../core/edxml/statusCode.ts';
import type { Language } from './axisRefusal.ts';

type Words = Readonly<Record<Language, string>>;
const words = (en: string, vi: string): Words => ({ en, vi });

type Headline = AnswerOf<'dispatch'>['headline'];
type Timeliness = NonNullable<AnswerOf<'dispatch'>['deliveries'][number]['timeliness']>[number];

/** What a message came to at a recipient, in one word. */
export const OUTCOMES: Readonly<Record<ActOutcome, Words>> = {
  applied: words('applied', 'đã áp dụng'),
  recorded: words('recorded', 'chỉ ghi nhận'),
  withdrawn: words('withdrawn', 'đã thu hồi'),
  requested: words('requested', 'đã đề nghị'),
  settled: words('ended', 'đã kết thúc'),
  overtaken: words('overtaken', 'đã lỗi thời'),
  kept: words('kept', 'giữ nguyên'),
};

/** The same for who sent it and wants to know what it means. */
export const OUTCOMES_TOLD: Readonly<Record<ActOutcome, Words>> = {
  applied: words('applied: it is the current status', 'đã áp dụng: là trạng thái hiện tại'),
  recorded: words('recorded: a later status stands', 'chỉ ghi nhận: đã có trạng thái sau đó'),
  withdrawn: words('withdrawn before anybody took it', 'đã thu hồi trước khi có người nhận'),
  requested: words(
    'taken already: they are asked, and answer 15 or 16',
    'đã được nhận: đã đề nghị, chờ trả lời 15 hoặc 16',
  ),
  settled: words('its delivery had ended before', 'lượt phát đã kết thúc trước đó'),
  overtaken: words('overtaken by a later message', 'đã có thông điệp mới hơn'),
  kept: words('the earlier document waits on', 'văn bản trước vẫn chờ nhận'),
};

/** How far a recall, an update or a replacement is. */
export const REQUESTS: Readonly<Record<RecallState, Words>> = {
  requested: words('asked', 'chờ trả lời'),
  agreed: words('agreed', 'đồng ý'),
  refused: words('refused', 'từ chối'),
  effective: words('done', 'đã thực hiện'),
};

/** What a message is, by its BussinessDocType; what is new needs no word. */
const KINDS: Readonly<Record<1 | 2 | 3, Words>> = {
  1: words('recall', 'thu hồi'),
  2: words('update', 'cập nhật'),
  3: words('replacement', 'thay thế'),
};
const STATUS = words('status', 'trạng thái');
const DOCUMENT = words('document', 'văn bản');

export const ASKS: Readonly<Record<'recall' | 'update' | 'replace', Words>> = {
  recall: KINDS[1],
  update: KINDS[2],
  replace: KINDS[3],
};

/** What an earlier message is to this one, and what a later one is. */
export const RELATIONS: Readonly<Record<'earlier' | 'later', Readonly<Record<Link['as'], Words>>>> = {
  earlier: {
    reply: words('answers', 'trả lời'),
    recall: words('recalls', 'thu hồi'),
    update: words('updates', 'cập nhật'),
    replace: words('replaces', 'thay thế'),
    status: words('reports on', 'báo trạng thái của'),
  },
  later: {
    reply: words('answered by', 'được trả lời bởi'),
    recall: words('recalled by', 'bị thu hồi bởi'),
    update: words('updated by', 'được cập nhật bởi'),
    replace: words('replaced by', 'bị thay thế bởi'),
    status: words('reported on by', 'được báo trạng thái bởi'),
  },
};

export const CLOCKS: Readonly<Record<Timeliness['clock'], Words>> = {
  sending: words('sending', 'gửi'),
  confirmation: words('confirmation', 'xác nhận đã nhận'),
  registration: words('registration', 'đăng ký vào sổ'),
  processing: words('processing', 'xử lý'),
};

export const CLOCK_STATES: Readonly<Record<Timeliness['state'], Words>> = {
  'on-time': words('on time', 'đúng hạn'),
  late: words('late', 'trễ hạn'),
  running: words('running', 'còn hạn'),
  overdue: words('OVERDUE', 'QUÁ HẠN'),
  void: words('void', 'không còn tính'),
};

export const CONTENTS: Readonly<Record<ContentState, Words>> = {
  kept: words('kept', 'đang lưu'),
  closing: words('closing', 'đang đóng'),
  deleted: words('deleted', 'đã xóa'),
};

/** Document, recall, update, replacement, or a status with its code. */
export function kindOf({ kind, business, statusCode }: Headline, language: Language): string {
  if (kind === 'status') return `${STATUS[language]} ${statusOf(statusCode, language)}`.trimEnd();
  return business ? KINDS[business][language] : DOCUMENT[language];
}

/** A StatusCode with its word; codes whose meaning nobody knows stand alone. */
export function statusOf(code: string | undefined, language: Language): string {
  const known = knownStatusCode(code);
  return known ? `${known} ${STATUS_CODES[known][language]}` : (code ?? '');
}
