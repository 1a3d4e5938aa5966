import type { Report } from '../../core/report/reportValue.ts';

/** A report as JSON, one agency a line: a hundred thousand of them are never one text. */
export function* reportJson({ agencies, ...head }: Report): Iterable<string> {
  yield `${JSON.stringify(head, null, 1).slice(0, -2)},\n "agencies": [`;
  let separator = '\n';
  for (const agency of agencies) {
    yield `${separator}  ${JSON.stringify(agency)}`;
    separator = ',\n';
  }
  yield '\n ]\n}\n';
}
