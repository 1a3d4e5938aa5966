import type * as z from 'zod/mini';
import { TRUST_LIST, type TrustList } from './trustList.ts';

/** Something in a trust list that stops it, or that its operator should know. */
export interface TrustProblem {
  readonly code:
    | 'shape'
    | 'certificate-unreadable'
    | 'not-an-authority'
    | 'key-not-allowed'
    | 'algorithm-not-allowed'
    | 'listed-twice'
    | 'expired'
    | 'expires-soon'
    | 'leads-nowhere'
    | 'policies-missing';
  /** Where, as a JSON path: `$.anchors[0].certificate`. */
  readonly path: string;
  readonly message: string;
  readonly messageVi: string;
  readonly severity: 'error' | 'warning';
}

/** Problems of one document that are listed. */
const MOST = 100;

/** Reads a document as a trust list, written out in full; or says everything about its shape that is wrong. */
export function readTrustList(document: unknown): TrustList | readonly TrustProblem[] {
  const read = TRUST_LIST.safeParse(document);
  if (read.success) return read.data;
  return read.error.issues.slice(0, MOST).map((issue) => {
    const [message, messageVi] = sentencesOf(issue);
    return { code: 'shape', path: jsonPath(issue.path), message, messageVi, severity: 'error' };
  });
}

/** `$.anchors[0].certificate`, or with quotes where a member's name is no plain word. */
export const jsonPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    return /^\w+$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, '$');

/** What is wrong, in English and Vietnamese. Values are not repeated: they may be long, or anything. */
function sentencesOf(issue: z.core.$ZodIssue): readonly [en: string, vi: string] {
  switch (issue.code) {
    case 'invalid_type':
      return [`is missing or is not of type ${issue.expected}`, `bị thiếu hoặc không thuộc kiểu ${issue.expected}`];
    case 'unrecognized_keys': {
      const names = issue.keys.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 40)));
      return [
        `has members that nobody knows: ${names.join(', ')}`,
        `có thành phần không được biết: ${names.join(', ')}`,
      ];
    }
    case 'invalid_value':
      return [`must be one of ${issue.values.join(', ')}`, `phải là một trong ${issue.values.join(', ')}`];
    case 'too_small':
      return [`must not be or have less than ${issue.minimum}`, `không được nhỏ hoặc ít hơn ${issue.minimum}`];
    case 'too_big':
      return [`must not be or have more than ${issue.maximum}`, `không được lớn hoặc nhiều hơn ${issue.maximum}`];
    case 'custom':
      return ['is not an agency code in capitals', 'không phải mã định danh cơ quan viết hoa'];
    default:
      return ['is not in the form that is asked for', 'không đúng định dạng yêu cầu'];
  }
}
