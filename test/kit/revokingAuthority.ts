import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { pemOf } from '../../client/pemCertificates.ts';
import type { TrustListDraft } from '../../core/contract/trustList.ts';
import { type Authorities, createAuthorities, issueSigner, type WorldSigner } from '../../world/authorities.ts';
import { sampleDocument } from '../../world/documents.ts';
import { type CrlDraft, crlDistributionPoint, issueCrl, ocspResponder } from '../../world/revocation.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { agencyIdOf } from './enrolment.ts';
import type { NewsServer } from './newsServer.ts';
import type { TestAxis } from './testAxis.ts';

const HOUR = 3_600_000;
const CODE = 'X91.04';

/** One more authority that the axis trusts, whose news of revocation a test serves. */
export interface RevokingAuthority {
  readonly authorities: Authorities;
  /** Registered for X91.04; names `/issuing.crl`. */
  readonly signer: WorldSigner;
  /** One more registered certificate of X91.04; it names a responder alone where `responder` says so. */
  another(responder?: 'responder'): Promise<WorldSigner>;
  /** A list of the issuing authority for the next day, by the axis's clock, unless changed. */
  list(change?: Partial<CrlDraft>): Buffer;
  /** The same of the root. */
  rootList(change?: Partial<CrlDraft>): Buffer;
  /** A letter from X91.04, signed. */
  letter(by?: WorldSigner): Promise<Buffer>;
  /** Lets the axis ask for news now, and every function know of them. */
  refresh(): Promise<void>;
}

let numbers = 0;

/** Makes the authority, puts it into the trust list and registers its signer for X91.04. */
export async function enrolRevokingAuthority(
  town: TestAxis,
  server: NewsServer,
  rules: Partial<TrustListDraft> = {},
): Promise<RevokingAuthority> {
  const { operator, world, axis } = town;
  const now = (): Date => new Date(axis.clock.now());
  const authorities = await createAuthorities(now(), 'Thu hồi', [crlDistributionPoint(`${server.url}/root.crl`)]);
  const { root, issuing } = authorities;
  const reason = 'news of revocation';
  const list = sampleTrust({
    anchors: [...world.anchors, pemOf(root.certificate)],
    intermediates: [...world.intermediates, pemOf(issuing.certificate)],
  });
  await operator.call('setTrust', { body: { list: { ...list, ...rules }, reason } });
  const agencyId = await agencyIdOf(town, CODE);
  const another: RevokingAuthority['another'] = async (responder) => {
    const pointer = responder ? ocspResponder(`${server.url}/ocsp`) : crlDistributionPoint(`${server.url}/issuing.crl`);
    const request = { code: CODE, name: 'Ký thử', key: 'p-256', at: now(), pointers: [pointer] } as const;
    const signer = await issueSigner(authorities, request);
    await operator.call('addCertificate', { path: { agencyId }, body: { pem: pemOf(signer.certificate), reason } });
    return signer;
  };
  const signer = await another();
  const times = () => ({ thisUpdate: now(), nextUpdate: new Date(axis.clock.now() + 24 * HOUR) });
  return {
    authorities,
    signer,
    another,
    list: (change) => issueCrl({ issuer: issuing, ...times(), ...change }),
    rootList: (change) => issueCrl({ issuer: root, digest: 'sha384', ...times(), ...change }),
    letter: async (by = signer) => {
      numbers += 1;
      const draft = {
        from: CODE,
        to: ['X92'],
        number: 7000 + numbers,
        date: '2026/03/02',
        subject: 'Thu hồi',
      } as const;
      return signEdxml(sampleDocument(draft), { key: by.privateKey, certificates: by.chain });
    },
    refresh: async () => {
      await axis.invoke('docaxis-evaluation-revocation', {});
      // What functions believe for so long.
      town.advance(15_000);
    },
  };
}
