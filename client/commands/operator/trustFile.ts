import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { certificateInspector } from '../../../adapters/trust/inspectCertificate.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { TrustProblem } from '../../../core/contract/readTrustList.ts';
import type { TrustList } from '../../../core/contract/trustList.ts';
import { type LintResult, lintTrustList } from '../../../core/trust/lintTrustList.ts';
import type { CommandContext } from '../../command.ts';
import { printable } from '../../table.ts';
import { UsageError } from '../../usageError.ts';

/**
 * Reads a trust list from a file and judges it as the axis would.
 *
 * @throws UsageError when it is too large or no JSON.
 */
export async function lintTrustFile(name: string, { cwd, now }: CommandContext): Promise<LintResult> {
  const file = resolve(cwd, name);
  if ((await stat(file)).size > LIMITS.trust.bytes)
    throw new UsageError(`${name} has more than ${LIMITS.trust.bytes} bytes`);
  const text = await readFile(file, 'utf8');
  return lintTrustList(parse(text, name), certificateInspector, now());
}

/** As {@link lintTrustFile}, for a list that must be good. @throws UsageError naming every problem. */
export async function readTrustFile(name: string, context: CommandContext): Promise<TrustList> {
  const { list, problems } = await lintTrustFile(name, context);
  if (!list) throw new UsageError(problemLines(problems, context).join('\n'));
  return list;
}

/** One line a problem, errors first. */
export const problemLines = (
  problems: readonly TrustProblem[],
  { language }: Pick<CommandContext, 'language'>,
): readonly string[] =>
  problems
    .toSorted((a, b) => a.severity.localeCompare(b.severity))
    .map(({ severity, path, message, messageVi }) =>
      printable(`${severity === 'error' ? '✗' : '!'} ${path} ${language === 'vi' ? messageVi : message}`),
    );

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON`);
  }
}
