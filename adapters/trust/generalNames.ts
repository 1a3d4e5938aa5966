/** GeneralName (RFC 5280 section 4.2.1.6) and the two extensions made of it: alternative names and name constraints. */
import { contextTag, DerReader, enterWhole, refuse, Tag } from './derReader.ts';
import { type DistinguishedName, readName } from './distinguishedName.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Most alternative names read in one certificate. */
const NAMES = 128;
/** Most permitted and excluded subtrees read in one certificate, together. */
const SUBTREES = 128;

/** The kinds of names whose constraints are processed; `other` stands for the rest, told apart by their tag. */
export type GeneralName =
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  /** `text` is absent when the octets are not visible ASCII: such a name satisfies no constraint. */
  | { readonly form: 'email' | 'dns' | 'uri'; readonly text?: string }
  /** An address, or in a constraint address and mask. */
  | { readonly form: 'ip'; readonly octets: Buffer }
  | { readonly form: `other ${number}` };

export type NameForm = GeneralName['form'];

export interface NameConstraints {
  readonly permitted: ReadonlyMap<NameForm, readonly GeneralName[]>;
  readonly excluded: ReadonlyMap<NameForm, readonly GeneralName[]>;
}

/** @throws TrustRefusal `der`, or `too-large` for more than {@link NAMES} names. */
export function readAlternativeNames(value: Buffer): readonly GeneralName[] {
  const reader = enterWhole(value, Tag.sequence);
  const names: GeneralName[] = [];
  while (!reader.done) {
    if (names.length === NAMES) throw new TrustRefusal('too-large', `more than ${NAMES} alternative names`);
    names.push(readGeneralName(reader));
  }
  if (names.length === 0) throw refuse('an empty list of alternative names');
  return names;
}

/** RFC 5280 section 4.2.1.10. @throws TrustRefusal `der`, or `too-large` for more than {@link SUBTREES} subtrees. */
export function readNameConstraints(value: Buffer): NameConstraints {
  const reader = enterWhole(value, Tag.sequence);
  const permitted = readSubtrees(reader.optional(contextTag(0, true))?.content);
  const excluded = readSubtrees(reader.optional(contextTag(1, true))?.content);
  reader.end();
  if (permitted.length + excluded.length === 0) throw refuse('name constraints without a subtree');
  if (permitted.length + excluded.length > SUBTREES)
    throw new TrustRefusal('too-large', `more than ${SUBTREES} name constraints`);
  return { permitted: byForm(permitted), excluded: byForm(excluded) };
}

function readSubtrees(content: Buffer | undefined): readonly GeneralName[] {
  if (content === undefined) return [];
  const subtrees: GeneralName[] = [];
  const reader = new DerReader(content);
  if (reader.done) throw refuse('an empty list of subtrees');
  while (!reader.done) {
    if (subtrees.length > SUBTREES) throw new TrustRefusal('too-large', `more than ${SUBTREES} name constraints`);
    const subtree = reader.enter(Tag.sequence);
    subtrees.push(readGeneralName(subtree));
    // A minimum of 0 is the default and not written in DER; nothing else is allowed, and a maximum never is.
    if (!subtree.done) throw refuse('a name constraint with a minimum or maximum');
  }
  return subtrees;
}

function byForm(names: readonly GeneralName[]): ReadonlyMap<NameForm, readonly GeneralName[]> {
  const groups = new Map<NameForm, GeneralName[]>();
  for (const name of names) {
    const group = groups.get(name.form);
    if (group === undefined) groups.set(name.form, [name]);
    else group.push(name);
  }
  return groups;
}

function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.next();
  switch (tag) {
    case contextTag(1):
      return textName('email', content);
    case contextTag(2):
      return textName('dns', content);
    case contextTag(4, true): {
      const inner = new DerReader(content);
      const name = readName(inner.read(Tag.sequence));
      inner.end();
      return { form: 'directory', name };
    }
    case contextTag(6):
      return textName('uri', content);
    case contextTag(7):
      return { form: 'ip', octets: content };
    default:
      if (!otherTags.has(tag)) throw refuse('a name of unknown form');
      return { form: `other ${tag}` };
  }
}

/** otherName, x400Address, ediPartyName, registeredID. */
const otherTags: ReadonlySet<number> = new Set([
  contextTag(0, true),
  contextTag(3, true),
  contextTag(5, true),
  contextTag(8),
]);

function textName(form: 'email' | 'dns' | 'uri', content: Buffer): GeneralName {
  return content.every((octet) => octet > 0x20 && octet < 0x7f) ? { form, text: content.toString('latin1') } : { form };
}
