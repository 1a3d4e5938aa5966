import { TrustRefusal } from '../adapters/trust/trustRefusal.ts';
import { XmlRefusal } from '../adapters/xml/refuse.ts';
import { AxisFault } from './axisFault.ts';
import { AxisRefusal, type Language } from './axisRefusal.ts';
import { EXIT, type ExitCode } from './command.ts';
import { NotAllowed } from './notAllowed.ts';
import { printable } from './table.ts';
import { UsageError } from './usageError.ts';
import { WORDS } from './words.ts';

export interface FailureExplanation {
  /** For standard error: sentences, or one JSON text. */
  readonly lines: readonly string[];
  readonly code: ExitCode;
}

/** Says what went wrong, for a person or for a program; no stack trace, no token, no key. */
export function explainFailure(
  error: unknown,
  { language, json }: { readonly language: Language; readonly json: boolean },
): FailureExplanation {
  if (json) return { lines: [JSON.stringify(factsOf(error), null, 2)], code: exitOf(error) };
  if (!(error instanceof AxisRefusal))
    return { lines: [`docaxis: ${printable(messageOf(error))}`], code: exitOf(error) };
  const { title, detail } = language === 'vi' ? error.vi : error;
  const failed = error.report?.checks.filter((check) => check.verdict === 'fail') ?? [];
  const lines = [
    `${WORDS.refused[language]}: ${title} (${error.code})`,
    detail,
    ...error.problems.map((one) => `  ${one.path}: ${language === 'vi' ? one.messageVi : one.message}`),
    ...failed.map((check) => `  ${check.id}: ${check.reason ?? check.verdict}`),
    `${WORDS.whoMustAct[language]}: ${error.whoMustAct}; ${WORDS.reference[language]}: ${error.instance}`,
  ];
  return { lines: lines.map(printable), code: exitOf(error) };
}

function exitOf(error: unknown): ExitCode {
  if (error instanceof AxisFault) return EXIT.unreachable;
  if (error instanceof UsageError || isFileProblem(error)) return EXIT.usage;
  if (isRefusal(error)) return EXIT.refused;
  return EXIT.unreachable;
}

const isRefusal = (error: unknown): boolean =>
  [AxisRefusal, NotAllowed, XmlRefusal, TrustRefusal].some((kind) => error instanceof kind);

/** A file that the person named cannot be read or written. */
function isFileProblem(error: unknown): error is Error & { readonly path: string } {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' && 'syscall' in error;
}

function messageOf(error: unknown): string {
  if (isFileProblem(error)) return `${error.path}: ${error.message.split(',')[0] ?? 'cannot be used'}`;
  return error instanceof Error ? error.message : 'something unexpected failed';
}

function factsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof AxisRefusal) {
    const { code, status, retryable, whoMustAct, title, detail, vi, report, problems, rule, position, instance } =
      error;
    const said = { code, status, retryable, whoMustAct, title, detail, vi, report, problems, rule, position, instance };
    return { error: 'refused', ...said };
  }
  if (error instanceof AxisFault) {
    const { kind, status, instance, message } = error;
    return { error: kind, status, instance, detail: message };
  }
  return { error: exitOf(error) === EXIT.refused ? 'refused' : 'usage', detail: messageOf(error) };
}
