/** Writes the extensions that constrain names and policies, for tests. */
import { contextTag, Tag } from '../../../adapters/trust/derReader.ts';
import { der, derName, derOid, derSequence, derUnsigned } from '../../../adapters/trust/derWriter.ts';
import { attributeNames, Oid } from '../../../adapters/trust/oids.ts';
import { extension, type Name } from '../../../world/certificates.ts';

/** A GeneralName: addresses as hexadecimal octets, directory names as `['C=VN', 'O=…']`, others by their tag. */
export type WrittenName =
  | readonly ['email' | 'dns' | 'uri' | 'ip', string]
  | readonly ['directory', readonly string[]]
  | readonly ['registered' | 'otherName', string];

const textTags = { email: 1, dns: 2, uri: 6 } as const;

function generalName(name: WrittenName): Buffer {
  switch (name[0]) {
    case 'directory':
      return der(contextTag(4, true), derName(parsed(name[1]).map(([type, value]) => [oidOf(type), value])));
    case 'ip':
      return der(contextTag(7), Buffer.from(name[1], 'hex'));
    case 'registered':
      return der(contextTag(8), derOid(name[1]).subarray(2));
    case 'otherName':
      return der(contextTag(0, true), derOid(name[1]), der(contextTag(0, true), der(Tag.utf8String)));
    default:
      return der(contextTag(textTags[name[0]]), Buffer.from(name[1], 'latin1'));
  }
}

/** `['C=VN', 'CN=a']` as the name that the maker of certificates takes. */
export function parsed(parts: readonly string[]): Name {
  return parts.map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  });
}

function oidOf(type: string): string {
  const found = Object.entries(attributeNames).find(([, short]) => short === type);
  if (found === undefined) throw new RangeError(`no attribute is called ${type}`);
  return found[0];
}

export function subjectAltName(names: readonly WrittenName[], critical = false): Buffer {
  return extension(Oid.subjectAltName, derSequence(...names.map(generalName)), critical);
}

export interface Subtrees {
  readonly permitted?: readonly WrittenName[];
  readonly excluded?: readonly WrittenName[];
}

export function nameConstraints({ permitted = [], excluded = [] }: Subtrees, critical = true): Buffer {
  const list = (tag: number, names: readonly WrittenName[]) =>
    names.length === 0 ? [] : [der(contextTag(tag, true), ...names.map((name) => derSequence(generalName(name))))];
  return extension(Oid.nameConstraints, derSequence(...list(0, permitted), ...list(1, excluded)), critical);
}

export function certificatePolicies(...policies: readonly string[]): Buffer {
  return extension(
    Oid.certificatePolicies,
    derSequence(...policies.map((policy) => derSequence(derOid(policy)))),
    false,
  );
}

export function policyMappings(...pairs: readonly (readonly [string, string])[]): Buffer {
  const items = pairs.map(([issuer, subject]) => derSequence(derOid(issuer), derOid(subject)));
  return extension(Oid.policyMappings, derSequence(...items), true);
}

export function policyConstraints(counts: { readonly explicit?: number; readonly mapping?: number }): Buffer {
  const item = (tag: number, count: number | undefined) =>
    count === undefined ? [] : [der(contextTag(tag), Buffer.from([count]))];
  return extension(Oid.policyConstraints, derSequence(...item(0, counts.explicit), ...item(1, counts.mapping)), true);
}

export function inhibitAnyPolicy(count: number): Buffer {
  return extension(Oid.inhibitAnyPolicy, derUnsigned(Buffer.from([count])), true);
}
