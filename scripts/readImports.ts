import { parseAst } from 'vitest/node';

/** One import of a file; `specifier` is absent where only the running program knows it. */
export interface ImportRead {
  readonly specifier?: string;
  readonly line: number;
}

/** A use of something that the rules of the core keep out. */
export interface ImpureUse {
  readonly what: string;
  readonly line: number;
}

export interface FileRead {
  readonly imports: readonly ImportRead[];
  readonly impure: readonly ImpureUse[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

const GLOBALS = new Set([
  'process',
  'fetch',
  'performance',
  'globalThis',
  'console',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
]);
const MEMBERS = new Set(['Date.now', 'Math.random']);
/** What `node:crypto` offers that is not a function of its arguments. */
const RANDOM = /^(?:random|generateKey|getRandomValues|webcrypto$)/;

/**
 * Reads what a TypeScript or JavaScript source imports, types included, and what it uses of the world outside.
 *
 * @throws SyntaxError when it cannot be parsed.
 */
export function readImports(source: string, language: 'ts' | 'js'): FileRead {
  const imports: ImportRead[] = [];
  const impure: ImpureUse[] = [];
  const lineOf = (node: Node): number => source.slice(0, node.start).split('\n').length;
  const visit = (node: Node, parent: Node | undefined): void => {
    const imported = importOf(node);
    if (imported !== undefined) imports.push({ ...imported, line: lineOf(node) });
    const what = impureUse(node, parent);
    if (what !== undefined) impure.push({ what, line: lineOf(node) });
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(asNode(parseAst(source, { lang: language })), undefined);
  return { imports, impure };
}

function importOf(node: Node): { readonly specifier?: string } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
    case 'TSExternalModuleReference':
      return specifierOf(node.source ?? node.argument ?? node.expression);
    case 'ExportNamedDeclaration':
      return node.source ? specifierOf(node.source) : undefined;
    case 'CallExpression':
      return nameOf(node.callee) === 'require' ? specifierOf((node.arguments as unknown[])[0]) : undefined;
    default:
      return undefined;
  }
}

function specifierOf(value: unknown): { readonly specifier?: string } {
  const literal = isNode(value) && value.type === 'TSLiteralType' ? value.literal : value;
  return isNode(literal) && typeof literal.value === 'string' ? { specifier: literal.value } : {};
}

function impureUse(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node.object)}.${nameOf(node.property)}`;
    return MEMBERS.has(name) ? name : undefined;
  }
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date' && (node.arguments as unknown[]).length === 0) {
    return 'new Date()';
  }
  if (node.type === 'ImportSpecifier') {
    const name = nameOf(node.imported) ?? '';
    const from = parent && specifierOf(parent.source).specifier;
    return from === 'node:crypto' && RANDOM.test(name) ? `${name} of node:crypto` : undefined;
  }
  const name = nameOf(node);
  return name !== undefined && GLOBALS.has(name) && isUse(node, parent) ? name : undefined;
}

/** Whether an identifier stands for a value and is not merely the name of a member, property or parameter. */
function isUse(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return true;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed === true;
  if (parent.type.startsWith('TS') || parent.type.endsWith('Specifier')) return false;
  return !['Property', 'PropertyDefinition', 'MethodDefinition'].includes(parent.type) || parent.key !== node;
}

const nameOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'Identifier' && typeof value.name === 'string' ? value.name : undefined;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function asNode(value: unknown): Node {
  if (!isNode(value)) throw new TypeError('the parser returned no tree');
  return value;
}

const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);
