/** What the refresher of revocation news needs of certificates, lists and OCSP answers. */
import { createHash } from 'node:crypto';
import type { CheckedNews, RevocationReader } from '../../core/contract/revocation.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { ocspRequest } from './certificateId.ts';
import { type Crl, parseCrl } from './crl.ts';
import { brokenCrlClaim } from './crlRules.ts';
import type { DistinguishedName } from './distinguishedName.ts';
import { readRevocationAddresses, readScope } from './distributionPoints.ts';
import { parseOcspResponse } from './ocspResponse.ts';
import { answerFor, brokenOcspRule, ocspEnd } from './ocspRules.ts';
import { Oid } from './oids.ts';
import { orNothing, readable } from './orNothing.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** All sources are kept in one item of 400 KB, so names are cut; authorities of one trust list differ before that. */
const ISSUER_CHARS = 200;
const SCOPE_CHARS = 22;

/** News for revocation in DER, checked against the trust list's authorities. */
export const revocationReader: RevocationReader = {
  pointers(der) {
    return orNothing(() => {
      const { issuer, extensions } = parseCertificate(der);
      const { crl, ocsp } = readRevocationAddresses(extensions, issuer);
      return crl.length + ocsp.length === 0 ? undefined : { issuer: shown(issuer), crl, ocsp };
    });
  },

  checkList(list, { authorities, at, issuer }) {
    return checked(() => {
      const crl = parseCrl(list);
      const signers = read(authorities).filter(({ subject }) => subject.key === crl.issuer.key);
      if (signers.length === 0) return `its issuer "${crl.issuer.text}" is not in the trust list`;
      const isAsked = [crl.issuer, ...signers.map(({ subject }) => subject)].some((name) => shown(name) === issuer);
      if (!isAsked) return `it is a list of "${crl.issuer.text}", not of "${issuer}"`;
      const broken = brokenCrlClaim({ crl, scope: readScope(crl.extensions, crl.issuer), signers, at: new Date(at) });
      if (broken !== undefined) return broken;
      const news = ended(crl.thisUpdate, crl.nextUpdate ?? crl.thisUpdate, at);
      return typeof news === 'string' || !news.ok ? news : { ...news, scope: scopeOf(crl) };
    });
  },

  question(der, { authorities, nonce }) {
    return orNothing(() => {
      const certificate = parseCertificate(der);
      const issuer = issuerOf(certificate, authorities);
      return issuer && ocspRequest(certificate, issuer, nonce);
    });
  },

  checkAnswer(answer, { certificate: der, authorities, at: time, nonce }) {
    return checked(() => {
      const certificate = parseCertificate(der);
      const issuer = issuerOf(certificate, authorities);
      const response = parseOcspResponse(answer);
      const single = issuer && answerFor(response, certificate, issuer);
      if (!issuer || !single) return 'it does not answer for the certificate that was asked about';
      const at = new Date(time);
      // Whether a delegate was revoked is asked again, by the lists of that moment, when a document is judged.
      const isInGoodStanding = () => true;
      const broken = brokenOcspRule({ response, single, certificate, issuer, at, nonce, isInGoodStanding });
      return broken ?? ended(single.thisUpdate, ocspEnd(single), time);
    });
  },
};

const shown = ({ text }: DistinguishedName): string => text.slice(0, ISSUER_CHARS);

/** Digest of the issuing distribution point, short as it is kept with every source. */
function scopeOf({ extensions }: Crl): string {
  const point = extensions.values.get(Oid.issuingDistributionPoint);
  return point === undefined ? 'whole' : createHash('sha256').update(point).digest('base64url').slice(0, SCOPE_CHARS);
}

function ended(thisUpdate: Date, nextUpdate: Date, at: number): CheckedNews | string {
  if (nextUpdate.getTime() <= at) return `what it serves ended at ${nextUpdate.toISOString()}`;
  return { ok: true, thisUpdate: thisUpdate.getTime(), nextUpdate: nextUpdate.getTime() };
}

function checked(check: () => CheckedNews | string): CheckedNews {
  try {
    const result = check();
    return typeof result === 'string' ? { ok: false, why: result } : result;
  } catch (error) {
    if (error instanceof TrustRefusal) return { ok: false, why: error.message };
    throw error;
  }
}

const issuerOf = (certificate: Certificate, authorities: readonly Buffer[]): Certificate | undefined =>
  read(authorities).find(({ subject }) => subject.key === certificate.issuer.key);

const read = (authorities: readonly Buffer[]): readonly Certificate[] => readable(authorities, parseCertificate);
