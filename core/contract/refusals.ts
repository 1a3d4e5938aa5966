import { type CatalogueEntry, entry } from './catalogueEntry.ts';
import { LIFE_REFUSALS } from './lifeRefusals.ts';
import { LOAD_REFUSALS } from './loadRefusals.ts';
import { TRANSFER_REFUSALS } from './transferRefusals.ts';
import { WEBHOOK_REFUSALS } from './webhookRefusals.ts';

export type { WhoMustAct } from './catalogueEntry.ts';

/**
 * The refusal catalogue: every expected "no" of the axis. A code is stable for ever; texts may improve.
 * `{name}` in a detail is filled from the refusal's parameters, which are always safe to show.
 */
export const REFUSALS = {
  'authentication-required': entry(
    401,
    'system',
    ['Authentication required', 'Send a bearer token signed with a key that is registered for your system (RFC 7523).'],
    ['Cần xác thực', 'Gửi kèm bearer token được ký bằng khóa đã đăng ký cho hệ thống của bạn (RFC 7523).'],
  ),
  'token-invalid': entry(
    401,
    'system',
    ['Token not accepted', 'The token is not accepted: {reason}. Check key id, issuer, audience and algorithm.'],
    [
      'Token không được chấp nhận',
      'Token không được chấp nhận: {reason}. Kiểm tra key id, issuer, audience và thuật toán.',
    ],
  ),
  'token-expired': entry(
    401,
    'system',
    [
      'Token expired',
      'The token is not valid at {now}. Sign a new one with at most {seconds} s of life and check your clock.',
    ],
    [
      'Token hết hạn',
      'Token không còn hiệu lực vào lúc {now}. Ký token mới có hạn tối đa {seconds} giây và kiểm tra đồng hồ.',
    ],
  ),
  // Not 401: that would have to name a challenge, and the clients of the faces know none.
  'credentials-invalid': entry(
    403,
    'system',
    [
      'System id or secret not accepted',
      'The system id or its secret is not accepted, or the headers are not those that were signed. Check your configuration.',
    ],
    [
      'Mã hệ thống hoặc khóa bí mật không đúng',
      'Mã hệ thống hoặc khóa bí mật không được chấp nhận, hoặc tiêu đề khác với phần đã ký. Hãy kiểm tra cấu hình.',
    ],
  ),
  'system-suspended': entry(
    403,
    'operator',
    ['System suspended', 'System {system} is suspended. Ask the operator of the axis.'],
    ['Hệ thống bị tạm ngưng', 'Hệ thống {system} đang bị tạm ngưng. Hãy liên hệ đơn vị vận hành trục.'],
  ),
  'route-not-found': entry(
    404,
    'system',
    ['No such route', 'There is no {method} {path}. See docs/openapi.json.'],
    ['Không có đường dẫn này', 'Không có {method} {path}. Xem docs/openapi.json.'],
  ),
  'body-malformed': entry(
    400,
    'system',
    ['Body not understood', 'The body does not fit: {problems}.'],
    ['Không hiểu nội dung yêu cầu', 'Nội dung yêu cầu không đúng: {problems}.'],
  ),
  'parameter-invalid': entry(
    400,
    'system',
    ['Parameter not valid', 'Parameter {parameter} is not valid: {problem}.'],
    ['Tham số không hợp lệ', 'Tham số {parameter} không hợp lệ: {problem}.'],
  ),
  'body-too-large': entry(
    413,
    'system',
    ['Body too large', 'The body has {bytes} bytes; this route takes at most {limit}.'],
    ['Nội dung quá lớn', 'Nội dung có {bytes} byte; đường dẫn này nhận tối đa {limit}.'],
  ),
  'content-type-unsupported': entry(
    415,
    'system',
    ['Content type not supported', 'Send {expected}; {received} does not keep your exact bytes.'],
    ['Kiểu nội dung không được hỗ trợ', 'Hãy gửi {expected}; {received} không giữ nguyên từng byte.'],
  ),
  'content-digest-mismatch': entry(
    400,
    'system',
    [
      'Content-Digest does not match',
      'The body received has SHA-256 {actual}, not what Content-Digest declares. Send it again.',
    ],
    ['Content-Digest không khớp', 'Nội dung nhận được có SHA-256 {actual}, khác với Content-Digest. Hãy gửi lại.'],
    true,
  ),
  'edxml-malformed': entry(
    422,
    'sender',
    [
      'Not an edXML message of the profile',
      'The message is outside the strict XML profile: {rule} at byte {position}.',
    ],
    [
      'Không phải thông điệp edXML đúng quy chuẩn',
      'Thông điệp nằm ngoài quy chuẩn XML chặt chẽ: {ruleVi} tại byte {position}.',
    ],
  ),
  'edxml-invalid': entry(
    422,
    'sender',
    ['edXML fields missing or wrong', 'The message lacks or misuses fields of QCVN 102: {problems}.'],
    ['Thiếu hoặc sai trường edXML', 'Thông điệp thiếu hoặc dùng sai trường của QCVN 102: {problemsVi}.'],
  ),
  'secret-marked': entry(
    422,
    'sender',
    [
      'State secrets do not travel here',
      'The message is marked secret. It was not kept. Use the network for classified documents.',
    ],
    [
      'Không gửi tài liệu mật qua trục này',
      'Thông điệp được đánh dấu mật và không được lưu lại. Hãy dùng mạng dành cho tài liệu mật.',
    ],
  ),
  'sender-not-served': entry(
    403,
    'operator',
    ['Sender not served by this system', 'Your system does not serve the agency {sender} named in From.'],
    ['Hệ thống không phục vụ bên gửi', 'Hệ thống của bạn không phục vụ cơ quan {sender} nêu trong From.'],
  ),
  'sender-suspended': entry(
    403,
    'operator',
    ['Sender suspended', 'The agency {sender} is suspended and cannot send.'],
    ['Bên gửi bị tạm ngưng', 'Cơ quan {sender} đang bị tạm ngưng và không thể gửi.'],
  ),
  'signature-required': entry(
    422,
    'sender',
    ['Signature required', 'The message is not signed, and the policy for {sender} asks for a signature.'],
    ['Cần chữ ký số', 'Thông điệp chưa được ký, trong khi chính sách của {sender} yêu cầu chữ ký số.'],
  ),
  'signature-invalid': entry(
    422,
    'sender',
    [
      'Signature not valid',
      'The signature does not hold: {rule}. The document was altered after signing or signed outside the profile.',
    ],
    [
      'Chữ ký số không hợp lệ',
      'Chữ ký số không đạt yêu cầu: {ruleVi}. Văn bản bị thay đổi sau khi ký hoặc ký ngoài quy chuẩn.',
    ],
  ),
  'trust-rule-broken': entry(
    422,
    'sender',
    ['Against the rules of the trust list', 'The trust list (version {version}) does not take this message: {rule}.'],
    [
      'Trái quy tắc của danh sách tin cậy',
      'Danh sách tin cậy (phiên bản {version}) không nhận thông điệp này: {ruleVi}.',
    ],
  ),
  'certificate-not-registered': entry(
    422,
    'operator',
    ['Certificate not registered for the sender', 'The signing certificate is not registered for {sender}.'],
    ['Chứng thư chưa đăng ký cho bên gửi', 'Chứng thư ký chưa được đăng ký cho {sender}.'],
  ),
  'certificate-invalid': entry(
    422,
    'sender',
    ['Certificate not valid', 'The signing certificate fails at the time of receipt: {rule}.'],
    ['Chứng thư không hợp lệ', 'Chứng thư ký không đạt tại thời điểm nhận: {ruleVi}.'],
  ),
  'recipient-unknown': entry(
    422,
    'sender',
    ['Recipient unknown', 'No agency has the code {recipients}. Look it up in the directory.'],
    ['Không có bên nhận', 'Không có cơ quan nào mang mã {recipients}. Hãy tra danh bạ.'],
  ),
  'recipient-unreachable': entry(
    422,
    'operator',
    ['Recipient not connected', 'No system serves the agency {recipients}, so nothing can be delivered to it.'],
    ['Bên nhận chưa kết nối', 'Chưa có hệ thống nào phục vụ cơ quan {recipients} nên không thể phát tới.'],
  ),
  'recipient-suspended': entry(
    422,
    'operator',
    ['Recipient suspended', 'The agency {recipients} is suspended and cannot receive.'],
    ['Bên nhận bị tạm ngưng', 'Cơ quan {recipients} đang bị tạm ngưng và không thể nhận.'],
    true,
  ),
  'recipients-too-many': entry(
    422,
    'sender',
    ['Too many recipients', 'The message names {count} recipients; one dispatch takes at most {limit}.'],
    ['Quá nhiều bên nhận', 'Thông điệp có {count} bên nhận; một lượt gửi nhận tối đa {limit}.'],
  ),
  'document-conflict': entry(
    409,
    'sender',
    [
      'DocumentId already used',
      'The document {documentId} was accepted before with other bytes. Send an update (2) or a replacement (3).',
    ],
    [
      'DocumentId đã được dùng',
      'Văn bản {documentId} đã được tiếp nhận với nội dung khác. Hãy gửi cập nhật (2) hoặc thay thế (3).',
    ],
  ),
  'dispatch-not-found': entry(
    404,
    'system',
    ['No such dispatch', 'Your agencies neither sent nor received a dispatch with this id.'],
    ['Không có lượt gửi này', 'Các cơ quan của bạn không gửi hoặc nhận lượt gửi có mã này.'],
  ),
  'delivery-not-found': entry(
    404,
    'system',
    ['No such delivery', 'No delivery with this id is addressed to an agency that your system serves.'],
    ['Không có lượt phát này', 'Không có lượt phát nào mang mã này gửi tới cơ quan mà hệ thống của bạn phục vụ.'],
  ),
  'lease-lost': entry(
    409,
    'system',
    ['Lease lost', 'The delivery is no longer held under this lease; it may have been offered again. Receive it anew.'],
    ['Mất quyền giữ', 'Lượt phát không còn được giữ với quyền này; có thể đã được phát lại. Hãy nhận lại.'],
  ),
  'lease-not-extended': entry(
    409,
    'recipient',
    [
      'Lease not extended',
      'Its sender took the document back or changed it: the lease holds until {until} and no longer. Acknowledge before that, or release.',
    ],
    [
      'Không gia hạn quyền giữ',
      'Bên gửi đã thu hồi hoặc thay đổi văn bản: quyền giữ có hiệu lực đến {until} và không lâu hơn. Hãy xác nhận trước đó hoặc trả lại.',
    ],
  ),
  'delivery-held': entry(
    409,
    'system',
    ['Delivery held', 'The delivery is held under another lease until {until}.'],
    ['Lượt phát đang được giữ', 'Lượt phát đang được giữ bởi một phiên khác đến {until}.'],
    true,
  ),
  'delivery-settled': entry(
    409,
    'nobody',
    ['Delivery already settled', 'The delivery is already {state}; nothing more can happen to it.'],
    ['Lượt phát đã kết thúc', 'Lượt phát đã ở trạng thái {state}; không thể thay đổi nữa.'],
  ),
  'digest-mismatch': entry(
    409,
    'recipient',
    [
      'Digest does not match',
      'You acknowledged SHA-256 {declared}, but the dispatch has {actual}. Fetch it again before acknowledging.',
    ],
    [
      'Mã băm không khớp',
      'Bạn xác nhận SHA-256 {declared}, nhưng lượt gửi có {actual}. Hãy tải lại trước khi xác nhận.',
    ],
  ),
  'content-not-held': entry(
    403,
    'recipient',
    [
      'Content not held',
      'Content is for the sender and for a recipient that holds or has acknowledged the delivery. Receive it first.',
    ],
    [
      'Chưa giữ nội dung',
      'Nội dung chỉ dành cho bên gửi và bên nhận đang giữ hoặc đã xác nhận lượt phát. Hãy nhận trước.',
    ],
  ),
  ...LIFE_REFUSALS,
  ...TRANSFER_REFUSALS,
  ...WEBHOOK_REFUSALS,
  ...LOAD_REFUSALS,
  'agency-not-found': entry(
    404,
    'system',
    ['No such agency', 'No agency {agency} is known here, or your system does not serve it.'],
    ['Không có cơ quan này', 'Không có cơ quan {agency} hoặc hệ thống của bạn không phục vụ cơ quan này.'],
  ),
  'system-not-found': entry(
    404,
    'operator',
    ['No such system', 'No system {system} is known here.'],
    ['Không có hệ thống này', 'Không có hệ thống {system}.'],
  ),
  'directory-not-published': entry(
    503,
    'nobody',
    ['Directory not published yet', 'The first list of the directory is still to be published. Ask again later.'],
    ['Danh bạ chưa được công bố', 'Danh sách đầu tiên của danh bạ chưa được công bố. Hãy thử lại sau.'],
    true,
  ),
  'key-not-found': entry(
    404,
    'operator',
    ['No such key', 'The system {system} has no key {kid}.'],
    ['Không có khóa này', 'Hệ thống {system} không có khóa {kid}.'],
  ),
  'secret-not-found': entry(
    404,
    'operator',
    ['No such secret', 'The system {system} has no secret {secret}.'],
    ['Không có khóa bí mật này', 'Hệ thống {system} không có khóa bí mật {secret}.'],
  ),
  'secrets-too-many': entry(
    409,
    'operator',
    ['Too many secrets', 'The system {system} holds {limit} secrets. Retire one that is not used any more.'],
    ['Quá nhiều khóa bí mật', 'Hệ thống {system} đang có {limit} khóa bí mật. Hãy ngừng dùng khóa không còn cần.'],
  ),
  'certificate-not-found': entry(
    404,
    'operator',
    ['No such certificate', 'The agency {agency} has no certificate {thumbprint}.'],
    ['Không có chứng thư này', 'Cơ quan {agency} không có chứng thư {thumbprint}.'],
  ),
  'already-claimed': entry(
    409,
    'operator',
    ['Already in use', 'The {what} {value} already belongs to another entry.'],
    ['Đã được sử dụng', '{what} {value} đã thuộc về mục khác.'],
  ),
  'key-unusable': entry(
    422,
    'system',
    ['Key not usable', 'The public key cannot be used: {problem}.'],
    ['Khóa không dùng được', 'Không thể dùng khóa công khai: {problem}.'],
  ),
  'certificate-unusable': entry(
    422,
    'operator',
    ['Certificate not usable', 'The certificate cannot be registered: {problem}.'],
    ['Chứng thư không dùng được', 'Không thể đăng ký chứng thư: {problem}.'],
  ),
  'trust-list-invalid': entry(
    422,
    'operator',
    ['Not a trust list', 'The document was not published, the list in force stays. {problems}.'],
    ['Không phải danh sách tin cậy', 'Tài liệu chưa được công bố, danh sách hiện hành được giữ nguyên. {problemsVi}.'],
  ),
  'state-conflict': entry(
    409,
    'operator',
    ['Not possible in this state', 'It is {state} now; {action} is possible only from {from}.'],
    ['Không thể thực hiện ở trạng thái này', 'Hiện ở trạng thái {state}; {action} chỉ thực hiện được từ {from}.'],
  ),
  busy: entry(
    503,
    'nobody',
    ['Try again', 'Another request is deciding the same thing just now. Send the same request again.'],
    ['Hãy thử lại', 'Một yêu cầu khác đang xử lý cùng nội dung. Hãy gửi lại đúng yêu cầu này.'],
    true,
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type RefusalCode = keyof typeof REFUSALS;
/** What a refusal tells beside its code: texts for the placeholders. Values come from the caller and are shown back to it only. */
export type RefusalParameters = Readonly<Record<string, string | number>>;

export interface Refusal {
  readonly code: RefusalCode;
  readonly parameters: RefusalParameters;
  /** Machine-readable details, e.g. the verification report. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refuse = (
  code: RefusalCode,
  parameters: RefusalParameters = {},
  more?: Refusal['more'],
): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: more ? { code, parameters, more } : { code, parameters },
});
