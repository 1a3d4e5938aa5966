/** What the operator's trust list asks of a path beyond RFC 5280: one rule each, for a sender. */
import { allowsKey, mayAnchor, type TrustList } from '../../core/contract/trustList.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { schemeName } from './inspectCertificate.ts';
import type { Path, PathRule } from './pathRules.ts';

/** Rules of a list for the agency with a code; the list is read once. */
export function createTrustRules(list: TrustList): (agency: string) => readonly PathRule[] {
  const always = certificateRules(list);
  if (list.anchors.every(({ agencies }) => agencies === undefined)) return () => always;
  const anchors = list.anchors.map((anchor) => ({
    anchor,
    certificate: parseCertificate(Buffer.from(anchor.certificate, 'base64')),
  }));
  return (agency) => [...always, anchorFor(agency, anchors)];
}

/** What a list asks of the certificates of every path, whoever signs: an agency, or an authority for time-stamps. */
export const certificateRules = (list: TrustList): readonly PathRule[] => [keySizes(list), signatureAlgorithms(list)];

interface ReadAnchor {
  readonly anchor: TrustList['anchors'][number];
  readonly certificate: Certificate;
}

/**
 * By name and key, so that a cross certificate for the same authority opens no way around; of several certificates of one
 * authority in the list any may include the agency.
 */
function anchorFor(agency: string, anchors: readonly ReadAnchor[]): PathRule {
  const isForOthers = (issuer: Certificate): boolean => {
    const same = anchors.filter(({ certificate }) => isSameAuthority(issuer, certificate));
    return same.length > 0 && !same.some(({ anchor }) => mayAnchor(anchor, agency));
  };
  return {
    name: 'the anchor is for this agency',
    check: 'certificate-path',
    broken: ({ issuers }) => {
      const found = issuers.find(isForOthers);
      return found && `"${found.subject.text}" may not vouch for ${agency}`;
    },
  };
}

const isSameAuthority = (one: Certificate, other: Certificate): boolean =>
  one.subject.key === other.subject.key && one.spki.equals(other.spki);

function keySizes(list: TrustList): PathRule {
  return {
    name: 'keys are of sizes that the trust list allows',
    check: 'certificate-algorithm',
    broken: (path) => {
      const found = all(path).find(({ keyKind }) => !allowsKey(list, keyKind));
      return found && `the key of "${found.subject.text}" is not one that the trust list allows`;
    },
  };
}

/** The anchor is trusted by its key: how it was signed itself counts for nothing. */
function signatureAlgorithms({ signatureAlgorithms: allowed }: TrustList): PathRule {
  return {
    name: 'certificates are signed by algorithms that the trust list allows',
    check: 'certificate-algorithm',
    broken: (path) => {
      const found = all(path)
        .slice(0, -1)
        .find(({ scheme }) => scheme === undefined || !allowed.includes(schemeName(scheme)));
      return found && `"${found.subject.text}" is signed by an algorithm that the trust list does not allow`;
    },
  };
}

const all = ({ leaf, issuers }: Path): readonly Certificate[] => [leaf, ...issuers];
