import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CLIENT = join(import.meta.dirname, '../../client');
const EXPORT = /export (type )?\{([^}]*)\} from '([^']+)';/g;

/** An export with the code of its example. */
export interface Example {
  readonly name: string;
  readonly example: string;
}

interface PublicExport {
  readonly name: string;
  /** Whether it exists at run time. */
  readonly isValue: boolean;
  readonly doc: string | undefined;
  readonly example: string | undefined;
}

/** What `client/index.ts` exports, with the docstring above each declaration and the code of its `@example`. */
export function publicExports(): readonly PublicExport[] {
  const index = readFileSync(join(CLIENT, 'index.ts'), 'utf8');
  return [...index.matchAll(EXPORT)].flatMap(([, allTypes, names = '', file = '']) => {
    const source = readFileSync(join(CLIENT, file), 'utf8');
    return names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => describe(source, name.replace(/^type /, ''), !allTypes && !name.startsWith('type ')));
  });
}

function describe(source: string, name: string, isValue: boolean): PublicExport {
  const declared = new RegExp(`export (?:async )?(?:class|function|const|interface|type) ${name}\\b`).exec(source);
  if (declared === null) throw new Error(`${name} is not declared where index.ts says`);
  const above = source.slice(0, declared.index).trimEnd();
  const start = above.endsWith('*/') ? above.lastIndexOf('/**') : -1;
  if (start < 0) return { name, isValue, doc: undefined, example: undefined };
  const doc = above
    .slice(start + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .join('\n');
  return { name, isValue, doc, example: /@example\n([\s\S]*)$/.exec(doc)?.[1]?.trim() };
}
