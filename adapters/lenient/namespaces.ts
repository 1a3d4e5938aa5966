import { EDXML_NAMESPACE } from '../../core/edxml/schema.ts';
import { DEFAULT_LIMITS } from '../xml/limits.ts';
import { refuse } from '../xml/refuse.ts';
import type { Forgiven } from './forgiven.ts';
import type { Tag } from './tokens.ts';

/** What the namespace of an element makes of it: part of the message, of the wrapping, of a signature, or of neither. */
export type Kind = 'edxml' | 'soap' | 'xmldsig' | 'foreign';

/** Namespaces of edXML before QCVN 102:2016, as old systems still write them. */
const OBSOLETE = ['http://www.go.vn/edoc', 'http://www.e-doc.vn/schema'];
/** SOAP 1.1 section 3, SOAP 1.2 part 1 section 5. */
const SOAP = ['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'];
/** In whatever spelling, and in whatever version: where one means XMLDSig, nobody may read "unsigned". */
const XMLDSIG = /xmldsig/i;

interface Resolved {
  readonly kind: Kind;
  readonly forgives?: Forgiven;
}

/** The prefixes in scope, and what each stood for elsewhere. */
export class Namespaces {
  private readonly scopes = new Map<string, Resolved[]>();
  /** By prefix, the last declaration of it, in scope or not. */
  private readonly declared = new Map<string, Resolved>();

  /** Takes up the declarations of a start tag; what must be given to `leave` behind its element. */
  enter(tag: Tag): readonly string[] {
    for (const { prefix, value } of tag.declarations) {
      const resolved = resolve(value);
      const scope = this.scopes.get(prefix);
      if (scope) scope.push(resolved);
      else this.scopes.set(prefix, [resolved]);
      this.declared.set(prefix, resolved);
      if (this.declared.size > DEFAULT_LIMITS.names) refuse('names', tag.from);
    }
    return tag.declarations.map(({ prefix }) => prefix);
  }

  leave(prefixes: readonly string[]): void {
    for (const prefix of prefixes) this.scopes.get(prefix)?.pop();
  }

  /** What an element's prefix stands for here; one that is declared nowhere stands for edXML. */
  of({ prefix, local, from }: Pick<Tag, 'prefix' | 'local' | 'from'>): Resolved {
    const inScope = this.scopes.get(prefix)?.at(-1);
    if (inScope) return inScope;
    if (prefix === '') return resolve('');
    if (prefix === 'xml' || prefix === 'xmlns') return refuse('reserved-name', from);
    const elsewhere = this.declared.get(prefix);
    if (elsewhere) return { kind: elsewhere.kind, forgives: 'undeclared-prefix' };
    // It may well have been XMLDSig before somebody cut the message out of another one.
    if (local === 'Signature' && prefix.toLowerCase() !== 'edxml') return { kind: 'xmldsig' };
    return { kind: 'edxml', forgives: 'undeclared-prefix' };
  }

  isDeclared(prefix: string): boolean {
    return prefix === '' || prefix === 'xml' || prefix === 'xmlns' || (this.scopes.get(prefix)?.length ?? 0) > 0;
  }
}

function resolve(uri: string): Resolved {
  if (uri === EDXML_NAMESPACE) return { kind: 'edxml' };
  if (uri === '') return { kind: 'edxml', forgives: 'no-namespace' };
  if (OBSOLETE.includes(uri.toLowerCase().replace(/\/$/, ''))) return { kind: 'edxml', forgives: 'obsolete-namespace' };
  if (XMLDSIG.test(uri)) return { kind: 'xmldsig' };
  return { kind: SOAP.includes(uri) ? 'soap' : 'foreign' };
}
