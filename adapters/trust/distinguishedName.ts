/** Distinguished names of certificates: a printable form for people and a key for comparing (RFC 5280 section 7.1). */
import { type DerElement, DerReader, refuse, Tag } from './derReader.ts';
import { readOid, readText } from './derValues.ts';
import { attributeNames, Oid } from './oids.ts';

/** Most attributes read in one name. */
const ATTRIBUTES = 32;
/** Longest attribute printed in full, in characters; comparing always uses all of it. */
const PRINTED_LENGTH = 120;

export interface DistinguishedName {
  /** RFC 4514 order (most specific first), shortened attributes, for showing only. */
  readonly text: string;
  /** Equal for names that RFC 5280 section 7.1 calls equal: type of string, case and runs of blanks do not matter. */
  readonly key: string;
  /** One key per relative name, most general first: a name lies below another whose list begins its own. */
  readonly relative: readonly string[];
  /** Values of emailAddress attributes, which constraints on e-mail names apply to as well (RFC 5280 section 4.2.1.10). */
  readonly emails: readonly string[];
  readonly empty: boolean;
}

/** Reads a Name element (a SEQUENCE of relative names). */
export function readName(element: DerElement): DistinguishedName {
  if (element.tag !== Tag.sequence) throw refuse('a name that is not a SEQUENCE');
  const keys: string[] = [];
  const texts: string[] = [];
  const emails: string[] = [];
  let attributes = 0;
  for (const relative = new DerReader(element.content); !relative.done; ) {
    const set = relative.enter(Tag.set);
    if (set.done) throw refuse('an empty relative name');
    const parts: Attribute[] = [];
    while (!set.done) {
      if (++attributes > ATTRIBUTES) throw refuse('a name of too many attributes');
      parts.push(readAttribute(set.enter(Tag.sequence)));
    }
    keys.push(JSON.stringify(parts.map((part) => part.key).toSorted()));
    emails.push(...parts.flatMap((part) => part.email ?? []));
    texts.unshift(parts.map((part) => part.text).join('+'));
  }
  return { text: texts.join(', '), key: keys.join('\n'), relative: keys, emails, empty: keys.length === 0 };
}

interface Attribute {
  readonly text: string;
  readonly key: string;
  readonly email?: string;
}

function readAttribute(reader: DerReader): Attribute {
  const type = readOid(reader.read(Tag.oid));
  const value = reader.next();
  reader.end();
  const label = attributeNames[type] ?? type;
  const text = readText(value);
  // An address that cannot be read is still one, and keeps no constraint.
  const email = type === Oid.emailAddress ? { email: text ?? '' } : {};
  if (text === undefined) {
    const octets = value.encoded.toString('hex');
    // Without the `=` of a text, so that no text reads like the octets of another string.
    return { text: `${label}=#${octets.slice(0, PRINTED_LENGTH)}`, key: `${type}#${octets}`, ...email };
  }
  return { text: `${label}=${printable(text)}`, key: `${type}=${folded(text)}`, ...email };
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}

/** Escapes what separates attributes, so that one cannot pose as another, and drops control and formatting characters. */
function printable(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}').replace(/[\\,+"<>;=#]/g, '\\$&');
  return visible.length <= PRINTED_LENGTH ? visible : `${visible.slice(0, PRINTED_LENGTH)}…`;
}
