import { randomUUID } from 'node:crypto';
import type { Problem } from '../../core/contract/answers.ts';
import { fill } from '../../core/contract/fill.ts';
import { FAULT, problemType, requestUrn } from '../../core/contract/problem.ts';
import { REFUSALS, type RefusalCode, type RefusalParameters } from '../../core/contract/refusals.ts';
import type { KitReply } from './behaviour.ts';

/** An answer in JSON. */
export const json = (status: number, value: unknown, headers: KitReply['headers'] = {}): KitReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

/** A problem (RFC 9457) with whatever code. */
export function problem(told: Omit<Problem, 'type' | 'instance'>, headers: KitReply['headers'] = {}): KitReply {
  return json(
    told.status,
    { ...told, type: problemType(told.code), instance: requestUrn(randomUUID()) },
    { 'content-type': 'application/problem+json', ...headers },
  );
}

/** A refusal of the catalogue as the axis tells it; what can end names a second to wait. */
export function refusalReply(code: RefusalCode, parameters: RefusalParameters = {}): KitReply {
  const { status, retryable, who: whoMustAct, en, vi } = REFUSALS[code];
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  const headers = { ...challenge, ...(retryable ? { 'retry-after': '1' } : {}) };
  const detail = fill(en.detail, parameters);
  const told = { title: en.title, status, detail, code, retryable, whoMustAct };
  return problem({ ...told, vi: { title: vi.title, detail: fill(vi.detail, parameters) } }, headers);
}

/** An unexpected failure: opaque and retryable. */
export const faultReply = (status: number, headers: KitReply['headers'] = {}): KitReply =>
  problem({ ...FAULT, status }, headers);

/** What a proxy says for itself. */
export const htmlReply = (status: number): KitReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: Buffer.from('<!DOCTYPE html><html><body><h1>Bad Gateway</h1><p>accepted dispatchId receipt</p></body></html>'),
});

/** A JSON object; an empty one for everything else. */
export function readJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
