import type { Problem } from './answers.ts';

/** `type` of a problem (RFC 9457): which rule. */
export const problemType = (code: string): string => `https://docaxis.dev/refusals/${code}`;

/** `instance` of a problem: which request met it. */
export const requestUrn = (correlationId: string): string => `urn:docaxis:request:${correlationId}`;

/** An unexpected failure: opaque and retryable. */
export const FAULT = {
  title: 'The axis failed',
  detail: 'The axis failed to answer. Nothing was lost; send the same request again.',
  code: 'fault',
  retryable: true,
  whoMustAct: 'nobody',
  vi: {
    title: 'Trục gặp sự cố',
    detail: 'Trục chưa trả lời được. Không có gì bị mất; hãy gửi lại đúng yêu cầu này.',
  },
} as const satisfies Omit<Problem, 'type' | 'instance' | 'status'>;
