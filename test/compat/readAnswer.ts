import type { RawAnswer } from './rawExchange.ts';

export type SdkVersion = '2.0.0' | '2.0.1';

/** What a calling system holds after a call: the SDK's result object, or nothing where the SDK gives null. */
export interface SdkResult {
  readonly status: string | undefined;
  readonly ErrorCode: string | undefined;
  readonly ErrorDesc: string | undefined;
  readonly DocId?: string | undefined;
  readonly data?: unknown;
  readonly count?: number;
}

/** The three members without which the SDK's caller sees an empty result. */
const THREE = ['status', 'ErrorCode', 'ErrorDesc'] as const;
const EMPTY: SdkResult = { status: undefined, ErrorCode: undefined, ErrorDesc: undefined };

export interface Reading {
  readonly version: SdkVersion;
  readonly operation: string;
}

/** Reads a JSON answer as the SDK of this version does, with its faults: the description of the wire, section 3. */
export function readAnswer(answer: RawAnswer | undefined, { version, operation }: Reading): SdkResult | null {
  if (!answer) return null;
  const sending = operation === 'sendEdoc';
  if (sending && !readsStatus(answer.status)) return null;
  const text = sending && version === '2.0.1' ? asUsAscii(answer.body) : answer.body.toString('utf8');
  const object = parseObject(text);
  if (object === 'not JSON') return operation === 'getReceivedEdocList' && version === '2.0.1' ? SILENCE : null;
  if (THREE.some((member) => object[member] === undefined || object[member] === null)) return EMPTY;
  const common = {
    status: String(object.status),
    ErrorCode: String(object.ErrorCode),
    ErrorDesc: String(object.ErrorDesc),
  };
  if (sending) return typeof object.DocId === 'string' ? { ...common, DocId: object.DocId } : EMPTY;
  if (operation === 'getEdoc') return readDocument(object, common, version);
  if (operation.startsWith('count')) return { ...common, count: Number(object.count) };
  return common.ErrorCode === '0' ? { ...common, data: readList(object.data) } : common;
}

/** Garbage instead of a list reads as success without items: agencies believe that nothing has arrived. */
const SILENCE: SdkResult = { status: 'OK', ErrorCode: '0', ErrorDesc: '', data: [] };

const readsStatus = (status: number): boolean => status === 200 || status === 201 || status >= 400;

const asUsAscii = (body: Buffer): string =>
  [...body].map((octet) => (octet < 0x80 ? String.fromCharCode(octet) : '\ufffd')).join('');

function parseObject(text: string): Record<string, unknown> | 'not JSON' {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return text === '' ? {} : 'not JSON';
  }
}

function readDocument(object: Record<string, unknown>, common: SdkResult, version: SdkVersion): SdkResult {
  if (typeof object.data === 'string') return { ...common, data: object.data };
  return version === '2.0.0' || common.ErrorCode === '0' ? EMPTY : common;
}

/** A list with one null, or with an array of two where a text is wanted, is dropped as a whole. */
function readList(data: unknown): readonly Readonly<Record<string, unknown>>[] | null {
  if (!Array.isArray(data)) return null;
  const spoilt = data.some((item: unknown) =>
    Object.values(item ?? { item }).some((value) => value === null || (Array.isArray(value) && value.length > 1)),
  );
  return spoilt ? null : data;
}
