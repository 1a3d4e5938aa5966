import { describe, expect, test } from 'vitest';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { detachedSignatures } from '../../adapters/trust/detachedSignatures.ts';
import { validatePath } from '../../adapters/trust/path.ts';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { createTimeStampJudge } from '../../adapters/trust/timeStamp.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import type { AgencyId, Sha256 } from '../../core/contract/ids.ts';
import type { AgencyRecord, CertificateClaim } from '../../core/contract/records.ts';
import type { Refusal } from '../../core/contract/refusals.ts';
import type { Report } from '../../core/contract/report.ts';
import { TRUST_LIST, type TrustListDraft } from '../../core/contract/trustList.ts';
import { verifySigner } from '../../core/verify/verifySigner.ts';
import {
  authorityExtensions,
  basicConstraints,
  extendedKeyUsage,
  type Issued,
  keyUsage,
  signerExtensions,
} from '../../world/certificates.ts';
import { sampleDocument } from '../../world/documents.ts';
import { certificatePolicies } from '../adapters/trust/constraintExtensions.ts';
import { at, makePathKit } from '../adapters/trust/pathKit.ts';

const kit = await makePathKit();
const reader = createDocumentReader({ bytes: 1 << 20 });
const letter = sampleDocument({
  from: 'X91.04',
  to: ['X92'],
  number: 15,
  date: '2026/06/01',
  subject: 'Chữ ký không có giá trị',
});

const sender: AgencyRecord = {
  v: 1,
  revision: 1,
  agencyId: 'agency-of-x91.04' as AgencyId,
  code: 'X91.04',
  name: 'Sở Thử nghiệm',
  status: 'active',
  policy: { unsigned: 'refuse' },
  createdAt: 0,
  certificates: [],
  history: [],
};

interface Sent {
  /** Certificates beside the signer's in the message. */
  readonly others?: readonly Issued[];
  readonly list?: Partial<TrustListDraft>;
  /** Whose certificate it is; the sender's unless said, `null` nobody's. */
  readonly owner?: AgencyId | null;
}

/** What becomes of a letter signed with this certificate: nothing where it is taken. */
async function refusalOf(signer: Issued, { others = [], list = {}, owner = sender.agencyId }: Sent = {}) {
  const certificates = [signer, ...others].map(({ certificate }) => certificate);
  const bytes = await signEdxml(letter, { key: signer.privateKey, certificates });
  const opened = reader.open(bytes);
  if (!opened.ok) throw new Error('the letter is not in the profile');
  const thumbprint = thumbprintOf(signer.certificate);
  const claim = (agencyId: AgencyId): CertificateClaim => ({
    thumbprint,
    agencyId,
    der: signer.certificate.toString('base64'),
    notAfter: Number.MAX_SAFE_INTEGER,
    from: 0,
  });
  const anchors = [{ certificate: kit.root.certificate.toString('base64') }];
  const trust = { version: 3, sha256: 'of this list' as Sha256, list: TRUST_LIST.parse({ v: 1, anchors, ...list }) };
  const outcome = await verifySigner(
    {
      bytes,
      opened: opened.value,
      sender: { ...sender, certificates: owner === sender.agencyId ? [thumbprint] : [] },
      attachments: 0,
      at,
    },
    {
      directory: { certificate: async (asked) => (owner && asked === thumbprint ? claim(owner) : undefined) },
      trust: { current: async () => trust },
      certificates: createCertificateJudge(),
      detached: detachedSignatures,
      revocation: { current: async () => ({ sources: [], objects: new Map() }) },
      timeStamps: createTimeStampJudge(),
    },
  );
  return outcome.ok ? undefined : outcome.refusal;
}

function failedChecks(refusal: Refusal | undefined): readonly string[] {
  // What a verification refuses with always carries its report.
  const report = refusal?.more?.report as Report | undefined;
  return (report?.checks ?? []).flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []));
}

describe('15: a signer whose certification path does not hold', () => {
  const sub = kit.sub();
  const serverAuthentication = '1.3.6.1.5.5.7.3.1';
  const [policy, other] = ['1.3.6.1.4.1.55555.1', '1.3.6.1.4.1.55555.2'];
  const asked = { policies: { accepted: [policy], requireExplicit: true, inhibitMapping: false, inhibitAny: false } };
  const shallow = kit.sub({ extensions: authorityExtensions(0) });
  const deep = kit.authority('Below', { keys: kit.keys.below, issuer: shallow });
  const itself = kit.authority('Leaf', { keys: kit.keys.stranger, extensions: signerExtensions() });

  test('the good one is taken', async () => {
    expect(await refusalOf(kit.leaf(sub), { others: [sub] })).toBeUndefined();
  });

  test.each<[string, string, RegExp, Issued, Sent?]>([
    ['under an unknown root', 'certificate-path', /no accepted issuer/, kit.leaf(kit.authority('Lạ'))],
    ['with a missing link', 'certificate-path', /no accepted issuer for "CN=Leaf/, kit.leaf(sub)],
    ['signed by itself', 'certificate-path', /no accepted issuer/, itself],
    [
      'for encryption only',
      'key-usage',
      /neither/,
      kit.leaf(kit.root, { extensions: [basicConstraints(false), keyUsage('keyEncipherment')] }),
    ],
    [
      'for servers only',
      'key-usage',
      /other purposes/,
      kit.leaf(kit.root, { extensions: [keyUsage('digitalSignature'), extendedKeyUsage(serverAuthentication)] }),
    ],
    [
      'without the policy that the operator asks for',
      'certificate-path',
      /certificate policy/,
      kit.leaf(kit.root),
      { list: asked },
    ],
    [
      'under another policy',
      'certificate-path',
      /certificate policy/,
      kit.leaf(kit.root, { extensions: [...signerExtensions(), certificatePolicies(other)] }),
      { list: asked },
    ],
    [
      'below one authority too many',
      'certificate-path',
      /allows 0 authorities below/,
      kit.leaf(deep),
      { others: [deep, shallow] },
    ],
  ])('%s: refused, with the check and the reason', async (_what, check, reason, signer, sent) => {
    const refusal = await refusalOf(signer, sent);
    expect(refusal?.code).toBe('certificate-invalid');
    expect(failedChecks(refusal)).toEqual([check]);
    expect(refusal?.parameters.rule).toMatch(reason);
  });

  test('under the policy that the operator asks for: taken', async () => {
    const signer = kit.leaf(kit.root, { extensions: [...signerExtensions(), certificatePolicies(other, policy)] });
    expect(await refusalOf(signer, { list: asked })).toBeUndefined();
  });
});

describe('16: a good certificate that is not the sender’s', () => {
  test('of another agency: refused as that, not as a bad signature', async () => {
    const refusal = await refusalOf(kit.leaf(kit.root), { owner: 'agency-of-x92' as AgencyId });
    expect(refusal?.code).toBe('certificate-not-registered');
    expect(failedChecks(refusal)).toEqual(['sender-match']);
    expect(refusal?.parameters.rule).toMatch(/another agency than the one in From/);
  });

  test('of nobody here, though its authority is trusted: refused', async () => {
    const refusal = await refusalOf(kit.leaf(kit.root), { owner: null });
    expect(refusal?.code).toBe('certificate-not-registered');
    expect(failedChecks(refusal)).toEqual(['certificate-registered']);
  });
});

describe('21: clocks: a certificate counts by the second of receipt, whatever the century', () => {
  test.each([
    ['the turn of 32-bit clocks', '2038-01-19T03:14:07Z'],
    ['the change from two digits of the year to four', '2049-12-31T23:59:59Z'],
    ['29 February', '2028-02-29T00:00:00Z'],
  ])('around %s', (_what, end) => {
    const signer = kit.leaf(kit.authority('Root', { notAfter: new Date('2060-01-01T00:00:00Z') }), {
      notAfter: new Date(end),
    });
    const anchors = [kit.authority('Root', { notAfter: new Date('2060-01-01T00:00:00Z') }).certificate];
    const verdictAt = (time: number) =>
      validatePath({ leaf: signer.certificate, intermediates: [], anchors, at: new Date(time) }).ok;
    const last = Date.parse(end);
    expect([verdictAt(last - 1000), verdictAt(last), verdictAt(last + 1000)]).toEqual([true, true, false]);
  });

  test('and not a second before it begins', () => {
    const from = Date.parse('2026-06-01T00:00:00Z');
    const signer = kit.leaf(kit.root, { notBefore: new Date(from) });
    const request = kit.request(signer);
    expect(validatePath({ ...request, at: new Date(from - 1) }).ok).toBe(false);
    expect(validatePath({ ...request, at: new Date(from) }).ok).toBe(true);
  });
});
