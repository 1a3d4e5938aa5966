import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { faulted, problemOf } from '../../lambdas/edge/reply.ts';

const CORRELATION_ID = 'dZPX2gT5yQ0EMdg=';

export const exampleNameOf = (code: RefusalCode | 'fault'): string => `problem-${code}`;

/** One example for each refusal, made as the axis makes them; what a request would fill in is `…`. */
export function problemExamples(codes: readonly RefusalCode[]): Readonly<Record<string, unknown>> {
  const refused = codes.map((code) => {
    const { en, vi } = REFUSALS[code];
    const names = `${en.detail} ${vi.detail}`.matchAll(/\{(\w+)\}/g);
    const parameters = Object.fromEntries([...names].map(([, name = '']) => [name, '…']));
    return [exampleNameOf(code), { value: problemOf({ code, parameters }, CORRELATION_ID) }] as const;
  });
  const fault: unknown = JSON.parse(faulted(CORRELATION_ID).body ?? '');
  return { ...Object.fromEntries(refused), [exampleNameOf('fault')]: { value: fault } };
}
