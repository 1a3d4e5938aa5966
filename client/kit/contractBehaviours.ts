import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { type Behaviour, type KitReply, type Mischief, type Play, say } from './behaviour.ts';
import {
  acknowledgedAll,
  atMost,
  didNotSucceed,
  handedOnOnce,
  knowsStatus,
  oneDispatch,
  refusalChecks,
  saidWho,
  succeeded,
  tookUpload,
} from './checks.ts';
import { json, problem, readJson, refusalReply } from './kitReply.ts';

/** The whole catalogue of refusals, and what an axis of a later version answers. */
export const CONTRACT_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'every-refusal',
    required: true,
    does: say('refuses with each code of the catalogue', 'từ chối bằng từng mã trong danh mục'),
    good: say(
      'reports code and who must act; repeats only what can end',
      'báo mã và bên cần xử lý; chỉ gửi lại khi có thể thành công',
    ),
    why: 'docs/refusals.md; promise 9',
    plays: (Object.keys(REFUSALS) as RefusalCode[]).map((code) => ({
      label: code,
      command: 'send',
      mischief: [
        {
          on: 'submit',
          takesEffect: false,
          ...(REFUSALS[code].retryable ? { times: 1 } : {}),
          answer: () => refusalReply(code),
        },
      ],
      checks: refusalChecks(code),
    })),
  },
  {
    name: 'unknown-refusal',
    required: true,
    does: say('refuses with a code of a later version', 'từ chối bằng mã của phiên bản sau'),
    good: say('reports it like every other one', 'báo như mọi mã khác'),
    why: 'docs/refusals.md: codes are added',
    plays: [
      {
        command: 'send',
        mischief: [{ on: 'submit', takesEffect: false, answer: laterRefusal }],
        checks: [didNotSucceed, saidWho('quota-of-tomorrow', 'operator'), atMost(3, 'submit')],
      },
    ],
  },
  {
    name: 'unknown-fields',
    required: true,
    does: say('answers with members and headers of a later version', 'trả lời thêm trường và tiêu đề lạ'),
    good: say('ignores them', 'bỏ qua'),
    why: 'docs/openapi.json; failure case 29',
    plays: [
      {
        command: 'send',
        mischief: [{ on: 'submit', takesEffect: true, answer: withMore }],
        checks: [succeeded, oneDispatch],
      },
      {
        command: 'receive',
        offers: ['letter'],
        mischief: (['receive', 'content', 'acknowledge'] as const).map((on) => ({
          on,
          takesEffect: true,
          answer: withMore,
        })),
        checks: [succeeded, handedOnOnce, acknowledgedAll],
      },
    ],
  },
  {
    name: 'unknown-status',
    required: false,
    does: say('shows events and status codes of a later version', 'hiển thị sự kiện và mã trạng thái lạ'),
    good: say('shows the dispatch all the same', 'vẫn hiển thị lượt gửi'),
    why: 'GET /v1/dispatches/{dispatchId}',
    plays: [
      {
        command: 'status',
        mischief: [{ on: 'dispatch', takesEffect: true, answer: withLaterEvents }],
        met: knowsStatus,
        checks: [succeeded, saidWho('acknowledged', 'acknowledged')],
      },
    ],
  },
  {
    name: 'upload',
    required: false,
    does: say('takes a large message by an upload that breaks', 'nhận thông điệp lớn qua lượt tải lên bị ngắt'),
    good: say(
      'sends it again, by a new link if the old one is over',
      'gửi lại, xin liên kết mới nếu liên kết cũ hết hạn',
    ),
    why: 'POST /v1/uploads; failure cases 33, 35',
    plays: [
      upload('broken', { takesEffect: false, wire: { how: 'cut', at: 0 } }),
      upload('link over', { takesEffect: false, answer: () => json(403, { code: 'AccessDenied' }) }),
    ],
  },
];

/** A large message, whose first transfer goes wrong. */
function upload(label: string, wrong: Omit<Mischief, 'on' | 'times'>): Play {
  return {
    label,
    command: 'send',
    sends: 'large',
    mischief: [{ ...wrong, on: 'put', times: 1 }],
    met: tookUpload,
    checks: [succeeded, oneDispatch],
  };
}

function laterRefusal(): KitReply {
  return problem({
    title: 'Quota of tomorrow',
    status: 422,
    detail: 'A rule that this version of the client does not know.',
    code: 'quota-of-tomorrow',
    retryable: false,
    whoMustAct: 'operator',
    vi: { title: 'Hạn mức ngày mai', detail: 'Quy tắc mà phiên bản này của phần mềm chưa biết.' },
  });
}

/** Members that nobody knows yet, at every level. */
function withMore({ status, headers, body }: KitReply): KitReply {
  const more = { 'x-docaxis-later': 'yes', ...headers };
  return body.length === 0 ? { status, headers: more, body } : json(status, grown(readJson(body)), more);
}

function grown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(grown);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, grown(member)] as const);
  return { later: { of: ['a', 'later', 'version'] }, ...Object.fromEntries(members) };
}

function withLaterEvents({ status, body }: KitReply): KitReply {
  const answer = readJson(body);
  const [delivery] = Array.isArray(answer.deliveries) ? answer.deliveries : [];
  const entry = { n: 1, ev: 'x-event-of-tomorrow', at: LATER, by: 'axis', from: 'x-before', to: 'x-after' };
  const timeline = { entries: [entry], repeated: [{ ev: 'x-counted', count: 3 }] };
  const businessStatus = { reported: [{ code: '42', at: LATER }] };
  return json(status, { ...answer, timeline, deliveries: [{ ...delivery, timeline, businessStatus }] });
}

const LATER = '2030-01-01T00:00:00.000Z';
