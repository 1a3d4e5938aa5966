import type { TrustList } from '../contract/trustList.ts';
import type { CertificateInspector } from './certificateFacts.ts';

/** One thing in which a list differs from another, in words. */
export interface TrustChange {
  /** Member of the list that it is about. */
  readonly about: keyof TrustList;
  readonly en: string;
  readonly vi: string;
}

/** Members that are compared as a whole. */
const RULES = [
  'signatureAlgorithms',
  'keySizes',
  'policies',
  'revocation',
  'xmlSignature',
  'attachments',
] as const satisfies readonly (keyof TrustList)[];

/** What would change if `after` came into force instead of `before`; without a list before, everything is new. */
export function diffTrustLists(
  before: TrustList | undefined,
  after: TrustList,
  inspector: CertificateInspector,
): readonly TrustChange[] {
  const name = (certificate: string): string => {
    const facts = inspector.inspect(Buffer.from(certificate, 'base64'));
    if (typeof facts === 'string') return '?';
    return `"${facts.subject}" (${facts.thumbprint.slice(0, 12)}…, ${new Date(facts.notAfter).toISOString().slice(0, 10)})`;
  };
  const listed = (about: TrustChange['about'], was: readonly string[], is: readonly string[]): TrustChange[] => [
    ...is.filter((one) => !was.includes(one)).map((one) => said(about, `new: ${name(one)}`, `thêm: ${name(one)}`)),
    ...was.filter((one) => !is.includes(one)).map((one) => said(about, `gone: ${name(one)}`, `bỏ: ${name(one)}`)),
  ];
  const certificatesOf = (list: TrustList | undefined) => list?.anchors.map(({ certificate }) => certificate) ?? [];
  return [
    ...listed('anchors', certificatesOf(before), certificatesOf(after)),
    ...agenciesChanged(before, after, name),
    ...listed('intermediates', before?.intermediates ?? [], after.intermediates),
    ...RULES.flatMap((about) => ruleChanged(about, before, after)),
    ...listed('timeStamps', before?.timeStamps.anchors ?? [], after.timeStamps.anchors),
  ];
}

const said = (about: TrustChange['about'], en: string, vi: string): TrustChange => ({ about, en, vi });

function agenciesChanged(
  before: TrustList | undefined,
  after: TrustList,
  name: (certificate: string) => string,
): readonly TrustChange[] {
  const shown = (agencies: readonly string[] | undefined) => agencies?.join(', ');
  return after.anchors.flatMap(({ certificate, agencies }) => {
    const was = before?.anchors.find((anchor) => anchor.certificate === certificate);
    const isNew = was === undefined;
    if (isNew ? agencies === undefined : shown(was.agencies) === shown(agencies)) return [];
    const [from, to] = [shown(was?.agencies), shown(agencies)];
    const en = `${name(certificate)} for ${isNew ? '' : `${from ?? 'all agencies'} → `}${to ?? 'all agencies'}`;
    const vi = `${name(certificate)} cho ${isNew ? '' : `${from ?? 'mọi cơ quan'} → `}${to ?? 'mọi cơ quan'}`;
    return [said('anchors', en, vi)];
  });
}

function ruleChanged(
  about: (typeof RULES)[number],
  before: TrustList | undefined,
  after: TrustList,
): readonly TrustChange[] {
  const [was, is] = [before && JSON.stringify(before[about]), JSON.stringify(after[about])];
  if (was === is) return [];
  const text = `${was ?? '-'} → ${is}`;
  return [said(about, text, text)];
}
