import { FACE_ROUTE_NAMES, faceRouteKey } from '../../core/contract/faceRoutes.ts';
import { ERROR_CODE_OF, ERROR_CODES, type ErrorCode } from '../../lambdas/edge/compat/errorCodes.ts';
import { type Cell, GENERATED, table } from './table.ts';

/** `ErrorCode` of the compatibility faces for people: what each means, which refusals it stands for, and the operations. */
export function errorCodesPage(): string {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const refusalsOf = (code: ErrorCode): string =>
    Object.entries(ERROR_CODE_OF)
      .filter(([, mapped]) => mapped === code)
      .map(([refusal]) => `\`${refusal}\``)
      .toSorted()
      .join(', ');
  const rows = codes.map((code): readonly Cell[] => [code, ERROR_CODES[code], refusalsOf(code)]);
  const routes = FACE_ROUTE_NAMES.map((name) => `- \`${faceRouteKey(name)}\``);
  return [
    '# Error codes of the compatibility faces',
    '',
    GENERATED,
    '',
    '`ErrorCode` is always a text. 10 to 23 are what systems of today know; 30 and above are the axis’s own. `ErrorDesc` is in',
    'Vietnamese and ends with the code of the [refusal](refusals.md), which never changes. A fault of the axis is 20 as well.',
    '',
    table(['ErrorCode', 'Means', 'Refusals'], rows),
    '',
    '## Routes',
    '',
    ...routes,
    '',
  ].join('\n');
}
