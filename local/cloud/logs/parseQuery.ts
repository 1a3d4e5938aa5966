import { ServiceError } from '../gate/serviceError.ts';

/** A number made of the lines of a group. */
export type Aggregate = { readonly as: string } & (
  | { readonly of: 'count' }
  | { readonly of: 'sum'; readonly field: string }
  | { readonly of: 'pct'; readonly field: string; readonly percent: number }
);

/** What lines are grouped by: a field, or the minute that they were written in. */
export type Grouping = { readonly as: string } & ({ readonly field: string } | { readonly minutes: number });

export type Command =
  | { readonly does: 'fields'; readonly fields: readonly string[] }
  | { readonly does: 'present'; readonly field: string }
  | { readonly does: 'among'; readonly field: string; readonly values: readonly string[] }
  | { readonly does: 'stats'; readonly aggregates: readonly Aggregate[]; readonly by: readonly Grouping[] }
  | { readonly does: 'sort'; readonly field: string; readonly descending: boolean }
  | { readonly does: 'limit'; readonly most: number };

/**
 * Reads a query of CloudWatch Logs Insights, as far as the axis asks such: `fields`, `filter` with `=`, `in` and `ispresent`, `stats` with
 * `count`, `sum` and `pct`, `sort`, `limit`.
 *
 * @throws ServiceError MalformedQueryException for everything else: never a guess.
 */
export const parseQuery = (text: string): readonly Command[] =>
  text.split(' | ').map((command) => parseCommand(command.trim()));

function parseCommand(text: string): Command {
  const [, name = '', rest = ''] = /^(\w+) (.+)$/s.exec(text) ?? [];
  switch (name) {
    case 'fields':
      return { does: 'fields', fields: rest.split(/, ?/).map((field) => match(FIELD, field, text)[0] ?? '') };
    case 'filter':
      return parseFilter(rest);
    case 'stats':
      return parseStats(rest);
    case 'sort': {
      const [, field = '', order] = match(/^(@?\w+) (asc|desc)$/, rest, text);
      return { does: 'sort', field, descending: order === 'desc' };
    }
    case 'limit':
      return { does: 'limit', most: Number(match(/^[1-9]\d{0,4}$/, rest, text)[0]) };
    default:
      throw malformed(text);
  }
}

const FIELD = /^@?\w+$/;
const TEXT = '"[^"\\\\]*"';

function parseFilter(text: string): Command {
  const present = /^ispresent\((@?\w+)\)$/.exec(text)?.[1];
  if (present !== undefined) return { does: 'present', field: present };
  const [, field = '', one, several] = match(
    new RegExp(`^(@?\\w+) (?:= (${TEXT})|in \\[(${TEXT}(?:, ${TEXT})*)\\])$`),
    text,
  );
  const values = [...(one ?? several ?? '').matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
  return { does: 'among', field, values };
}

function parseStats(text: string): Command {
  const [numbers = '', groups = '', ...more] = text.split(' by ');
  if (more.length > 0) throw malformed(text);
  // A comma inside of brackets stands between arguments.
  const aggregates = numbers.split(/, ?(?![^(]*\))/).map(parseAggregate);
  const by = groups === '' ? [] : groups.split(/, ?(?![^(]*\))/).map(parseGrouping);
  return { does: 'stats', aggregates, by };
}

function parseAggregate(text: string): Aggregate {
  const [, call = '', as = ''] = match(/^(.+\)) as (\w+)$/, text);
  if (call === 'count(*)') return { of: 'count', as };
  const sum = /^sum\((\w+)\)$/.exec(call)?.[1];
  if (sum !== undefined) return { of: 'sum', field: sum, as };
  const [, field = '', percent] = match(/^pct\((\w+), (\d{1,2})\)$/, call);
  return { of: 'pct', field, percent: Number(percent), as };
}

function parseGrouping(text: string): Grouping {
  const [, minutes, as] = /^bin\((\d{1,3})m\) as (\w+)$/.exec(text) ?? [];
  if (minutes !== undefined && as !== undefined) return { minutes: Number(minutes), as };
  const [field = ''] = match(FIELD, text);
  return { field, as: field };
}

function match(form: RegExp, text: string, shown = text): RegExpExecArray {
  const found = form.exec(text);
  if (!found) throw malformed(shown);
  return found;
}

const malformed = (text: string): ServiceError =>
  new ServiceError('MalformedQueryException', 400, `the local axis does not understand this part of a query: ${text}`);
