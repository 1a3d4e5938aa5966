import { jsonPath, readTrustList, type TrustProblem } from '../contract/readTrustList.ts';
import { allowsKey, type TrustList } from '../contract/trustList.ts';
import type { CertificateFacts, CertificateInspector } from './certificateFacts.ts';

const DAY = 86_400_000;
/** An authority that ends so soon is worth a word. */
const SOON_DAYS = 60;

export interface LintResult {
  /** There when nothing stops it. */
  readonly list?: TrustList;
  /** Errors and warnings, in the order of the document. */
  readonly problems: readonly TrustProblem[];
}

interface Listed {
  readonly path: readonly PropertyKey[];
  readonly certificate: string;
  readonly facts: CertificateFacts | string;
}

type Find = (listed: Listed, facts: CertificateFacts) => TrustProblem | undefined;

/** Judges a document that would become the trust list: the axis before it publishes, and an operator at a desk. */
export function lintTrustList(document: unknown, { inspect }: CertificateInspector, now: number): LintResult {
  const read = readTrustList(document);
  if (!('anchors' in read)) return { problems: read };
  const listedIn = (certificates: readonly string[], path: (place: number) => readonly PropertyKey[]): Listed[] =>
    certificates.map((certificate, place) => ({
      path: path(place),
      certificate,
      facts: inspect(Buffer.from(certificate, 'base64')),
    }));
  const anchors = listedIn(
    read.anchors.map(({ certificate }) => certificate),
    (place) => ['anchors', place, 'certificate'],
  );
  const below = listedIn(read.intermediates, (place) => ['intermediates', place]);
  const stamps = listedIn(read.timeStamps.anchors, (place) => ['timeStamps', 'anchors', place]);
  const authority = [notAnAuthority, keyNotAllowed(read), expired(now)];
  const problems = [
    ...check(anchors, [...authority, listedTwice(anchors)]),
    ...check(below, [
      ...authority,
      listedTwice([...anchors, ...below]),
      algorithmNotAllowed(read),
      leadsNowhere([...anchors, ...below]),
    ]),
    ...check(stamps, [keyNotAllowed(read), expired(now), listedTwice(stamps)]),
    ...policiesMissing(read),
  ];
  return problems.some(({ severity }) => severity === 'error') ? { problems } : { list: read, problems };
}

function check(certificates: readonly Listed[], rules: readonly Find[]): readonly TrustProblem[] {
  return certificates.flatMap((listed) => {
    const { facts } = listed;
    if (typeof facts === 'string')
      return [error('certificate-unreadable', listed.path, [`cannot be read: ${facts}`, `không đọc được: ${facts}`])];
    return rules.map((rule) => rule(listed, facts)).filter((problem) => problem !== undefined);
  });
}

const notAnAuthority: Find = ({ path }, { isAuthority, subject }) =>
  isAuthority
    ? undefined
    : error('not-an-authority', path, [
        `"${subject}" is not a certification authority`,
        `"${subject}" không phải tổ chức chứng thực`,
      ]);

const keyNotAllowed =
  (list: TrustList): Find =>
  ({ path }, { key, subject }) =>
    allowsKey(list, key)
      ? undefined
      : error('key-not-allowed', path, [
          `the key of "${subject}" is not one that keySizes allows`,
          `khóa của "${subject}" không được keySizes cho phép`,
        ]);

const algorithmNotAllowed =
  ({ signatureAlgorithms }: TrustList): Find =>
  ({ path }, { algorithm, subject }) =>
    algorithm && signatureAlgorithms.includes(algorithm)
      ? undefined
      : warning('algorithm-not-allowed', path, [
          `"${subject}" is signed by ${algorithm ?? 'an algorithm'} that signatureAlgorithms does not allow: no path goes through it`,
          `"${subject}" được ký bằng ${algorithm ?? 'thuật toán'} không có trong signatureAlgorithms: không đường dẫn nào đi qua được`,
        ]);

const listedTwice =
  (among: readonly Listed[]): Find =>
  (listed, { subject }) => {
    const first = among.find(({ certificate }) => certificate === listed.certificate);
    if (first === undefined || first === listed) return undefined;
    const where = jsonPath(first.path);
    return error('listed-twice', listed.path, [
      `"${subject}" stands at ${where} already`,
      `"${subject}" đã có tại ${where}`,
    ]);
  };

const expired =
  (now: number): Find =>
  ({ path }, { notAfter, subject }) => {
    const day = new Date(notAfter).toISOString().slice(0, 10);
    if (notAfter < now)
      return warning('expired', path, [`"${subject}" expired on ${day}`, `"${subject}" đã hết hạn ngày ${day}`]);
    if (notAfter >= now + SOON_DAYS * DAY) return undefined;
    return warning('expires-soon', path, [`"${subject}" expires on ${day}`, `"${subject}" sẽ hết hạn ngày ${day}`]);
  };

const leadsNowhere =
  (among: readonly Listed[]): Find =>
  (listed, { issuerKey, subject }) => {
    const issued = among.some(
      (other) => other !== listed && typeof other.facts !== 'string' && other.facts.subjectKey === issuerKey,
    );
    if (issued) return undefined;
    return warning('leads-nowhere', listed.path, [
      `the issuer of "${subject}" is not in the list`,
      `tổ chức cấp chứng thư cho "${subject}" không có trong danh sách`,
    ]);
  };

function policiesMissing({ policies }: TrustList): readonly TrustProblem[] {
  if (!policies.requireExplicit || policies.accepted.length > 0) return [];
  return [
    error(
      'policies-missing',
      ['policies', 'accepted'],
      ['names no policy, though one is required', 'không nêu chính sách nào, trong khi bắt buộc phải có'],
    ),
  ];
}

type Sentences = readonly [en: string, vi: string];

const problem =
  (severity: TrustProblem['severity']) =>
  (code: TrustProblem['code'], path: readonly PropertyKey[], [message, messageVi]: Sentences): TrustProblem => ({
    code,
    path: jsonPath(path),
    message,
    messageVi,
    severity,
  });
const error = problem('error');
const warning = problem('warning');
