/** Name constraints along a path (RFC 5280 sections 4.2.1.10 and 6.1.3 (b), (c)). */
import type { Certificate } from './certificate.ts';
import type { DistinguishedName } from './distinguishedName.ts';
import type { GeneralName, NameConstraints } from './generalNames.ts';
import type { PathWork } from './pathWork.ts';

/** What a path that keeps its constraints answers. */
const KEPT = undefined;

/**
 * Says how the names of a path break the constraints of the authorities above them, or nothing. Every list of permitted
 * names counts for itself, which is the intersection that RFC 5280 speaks of.
 *
 * @param downwards the certificates from the trust anchor to the leaf.
 */
export function brokenNameConstraints(downwards: readonly Certificate[], work: PathWork): string | undefined {
  const above: NameConstraints[] = [];
  const leaf = downwards.at(-1);
  for (const certificate of downwards) {
    const isChecked = above.length > 0 && (certificate === leaf || !isSelfIssued(certificate));
    const broken = isChecked ? brokenByOne(certificate, above, work) : KEPT;
    if (broken !== KEPT) return broken;
    const { nameConstraints } = certificate.extensions;
    if (nameConstraints !== undefined) above.push(nameConstraints);
  }
  return KEPT;
}

/** Whether issuer and subject are the same name (RFC 5280 section 3.2). */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.key === issuer.key;
}

function brokenByOne(certificate: Certificate, above: readonly NameConstraints[], work: PathWork): string | undefined {
  const blamed = `"${certificate.subject.text}"`;
  for (const name of namesOf(certificate)) {
    for (const { permitted, excluded } of above) {
      const inside = permitted.get(name.form);
      const outside = excluded.get(name.form) ?? [];
      const count = (inside?.length ?? 0) + outside.length;
      if (count === 0) continue;
      if (!work.allows('nameComparisons', count)) return 'too many names to compare with name constraints';
      if (!isComparable(name)) return `${blamed} has a name that an authority constrains and that cannot be compared`;
      if (outside.some((base) => !isComparable(base) || covers(base, name, 'excluded')))
        return `${blamed} has ${printed(name)}, which an authority excludes`;
      if (inside !== undefined && !inside.some((base) => isComparable(base) && covers(base, name, 'permitted')))
        return `${blamed} has ${printed(name)}, which no authority permits`;
    }
  }
  return KEPT;
}

function namesOf({ subject, extensions }: Certificate): readonly GeneralName[] {
  const names = [...(extensions.subjectAltNames ?? [])];
  if (!subject.empty) names.push({ form: 'directory', name: subject });
  for (const text of subject.emails) names.push({ form: 'email', text });
  return names;
}

function printed(name: GeneralName): string {
  switch (name.form) {
    case 'directory':
      return `the name "${name.name.text}"`;
    case 'ip':
      return `the address ${name.octets.toString('hex')}`;
    case 'email':
    case 'dns':
    case 'uri':
      return `the name ${name.text ?? ''}`;
    default:
      return 'a name';
  }
}

/** Whether the rules below can tell something about a name; what they cannot is refused, never let through. */
function isComparable(name: GeneralName): boolean {
  switch (name.form) {
    case 'directory':
      return true;
    case 'email':
    case 'dns':
    case 'uri':
      return name.text !== undefined;
    case 'ip':
      return [4, 8, 16, 32].includes(name.octets.length);
    default:
      return false;
  }
}

/** How a name is held against a base: in doubt it is not permitted, and in doubt it is excluded. */
type Side = 'permitted' | 'excluded';

function covers(base: GeneralName, name: GeneralName, side: Side): boolean {
  if (base.form === 'directory' && name.form === 'directory') return isBelow(name.name, base.name);
  if (base.form === 'ip' && name.form === 'ip') return isInRange(name.octets, base.octets, side);
  if (base.form === 'email' && name.form === 'email') return coversEmail(base.text ?? '', name.text ?? '', side);
  if (base.form === 'dns' && name.form === 'dns') return coversDns(base.text ?? '', name.text ?? '', side);
  if (base.form === 'uri' && name.form === 'uri') return coversUri(base.text ?? '', name.text ?? '', side);
  return false;
}

function isBelow(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.relative.every((relative, index) => name.relative[index] === relative);
}

/** `user@host` is one mailbox, `host` all of that host, `.domain` all hosts below it; only the local part minds case. */
function coversEmail(base: string, name: string, side: Side): boolean {
  const at = name.lastIndexOf('@');
  const [local, host] = [name.slice(0, at), name.slice(at + 1).toLowerCase()];
  const baseAt = base.lastIndexOf('@');
  const baseHost = base.slice(baseAt + 1).toLowerCase();
  if (at <= 0 || !isHost(host) || !isHostBase(baseHost)) return side === 'excluded';
  if (baseAt >= 0) return host === baseHost && (local === base.slice(0, baseAt) || isAlike(local, base, side));
  return baseHost.startsWith('.') ? host.endsWith(baseHost) : host === baseHost;
}

/** Mail systems treat local parts that differ in case as one, so an excluded one is excluded in every spelling. */
function isAlike(local: string, base: string, side: Side): boolean {
  return side === 'excluded' && local.toLowerCase() === base.slice(0, base.lastIndexOf('@')).toLowerCase();
}

/** A host and everything to its left. A leading dot, which RFC 5280 has not for DNS, leaves the host itself out. */
function coversDns(base: string, name: string, side: Side): boolean {
  const host = name.toLowerCase();
  const wanted = base.toLowerCase();
  const isWild = host.startsWith('*.');
  const known = isWild ? host.slice(2) : host;
  if (!isHost(known) || (wanted !== '' && !isHostBase(wanted))) return side === 'excluded';
  const bare = wanted.replace(/^\./, '');
  const isInside =
    wanted === '' || host.endsWith(`.${bare}`) || (host === bare && (bare === wanted || side === 'excluded'));
  // `*.example.com` stands for `a.example.com` too, so excluding the one excludes the other.
  return isInside || (side === 'excluded' && isWild && (bare === known || bare.endsWith(`.${known}`)));
}

/** Characters that RFC 3986 has in no URI, and that some readers take for a slash, would tell two hosts from one text. */
const URI_HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#\\]*@)?([^@/?#:[\]\\]+)(?::\d*)?(?:[/?#]|$)/i;
const IPV4 = /^[\d.]+$/;

/** The host alone counts: `host` is that host, `.domain` the hosts below it. Without a named host nothing is permitted. */
function coversUri(base: string, name: string, side: Side): boolean {
  const host = URI_HOST.exec(name)?.[1]?.toLowerCase();
  const wanted = base.toLowerCase();
  if (host === undefined || !isHost(host) || IPV4.test(host) || !isHostBase(wanted)) return side === 'excluded';
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function isHost(text: string): boolean {
  return text.length <= 255 && HOST.test(text);
}

function isHostBase(text: string): boolean {
  return isHost(text.replace(/^\./, ''));
}

/** Address and mask, each as long as the address that is looked at; a mask with holes fits nothing and excludes all. */
function isInRange(address: Buffer, base: Buffer, side: Side): boolean {
  if (address.length !== 4 && address.length !== 16) return side === 'excluded';
  if (base.length !== 8 && base.length !== 32) return side === 'excluded';
  if (base.length !== address.length * 2) return false;
  const mask = base.subarray(address.length);
  if (!isPrefix(mask)) return side === 'excluded';
  return address.every((octet, index) => (octet & mask[index]!) === (base[index]! & mask[index]!));
}

function isPrefix(mask: Buffer): boolean {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits);
}
