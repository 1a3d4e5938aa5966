import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { deliveryDiagram } from './contract/statesPage.ts';

/** Folder of the snippets; each is a program of its own that a test runs. */
export const SNIPPETS = 'examples/docs';
const PLACE = /(<!-- snippet (\S+) -->\n)(?:```[a-z]*\n[\s\S]*?^```\n)?(?=<!-- \/snippet -->)/gm;

/** Parts that are written from the code. */
const PARTS: Readonly<Record<string, () => string>> = { 'delivery-states': deliveryDiagram };
const PART = /(<!-- generated (\S+) -->\n)[\s\S]*?(?=<!-- \/generated -->)/g;

/** The pages of `docs/` with what their snippets' files hold, and parts that the code says; only pages that name one. */
export function pagesWithSnippets(root: string): Readonly<Record<string, string>> {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const filled = pages.map((name) => [`docs/${name}`, readFileSync(join(root, 'docs', name), 'utf8')] as const);
  return Object.fromEntries(
    filled
      .filter(([, text]) => /<!-- (?:snippet|generated) /.test(text))
      .map(([path, text]) => [path, fill(text, { root, path })]),
  );
}

function fill(text: string, { root, path }: { readonly root: string; readonly path: string }): string {
  const filled = text.replaceAll(PART, (_, mark: string, name: string) => {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`${path} names the part ${name}, which nothing writes`);
    return `${mark}${part()}\n`;
  });
  return filled.replaceAll(PLACE, (_, mark: string, name: string) => {
    const file = join(root, SNIPPETS, name);
    if (!existsSync(file)) throw new Error(`${path} names the snippet ${name}, which is not in ${SNIPPETS}`);
    return `${mark}\`\`\`${extname(name).slice(1)}\n${readFileSync(file, 'utf8').trim()}\n\`\`\`\n`;
  });
}
