import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';

/** How many characters each text of a search may have: longer ones are no key of the directory's indexes. */
const MOST = { code: 35, name: 200, parent: 35, agency: 35 } as const;

export type SearchTexts = { readonly [Name in keyof typeof MOST]?: string };

/** `?code=`, `?name=`, `?parent=` and `?agency=`. An empty one asks for nothing in particular and counts as absent. */
export function searchTexts(query: Readonly<Record<string, string>>): Outcome<SearchTexts> {
  const found: Record<string, string> = {};
  for (const [name, most] of Object.entries(MOST)) {
    const text = query[name]?.trim() ?? '';
    if (text.length > most)
      return refuse('parameter-invalid', { parameter: name, problem: `at most ${most} characters` });
    if (text !== '') found[name] = text;
  }
  return accept(found);
}
