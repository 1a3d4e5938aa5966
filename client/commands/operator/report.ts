import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LIMITS } from '../../../core/contract/limits.ts';
import { parseAgencyCode } from '../../../core/edxml/agencyCode.ts';
import { periodNamed, type ReportPeriod } from '../../../core/report/period.ts';
import type { Report } from '../../../core/report/reportValue.ts';
import { cutOffOf, ReportTooLarge } from '../../../core/walk/buildReport.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../../command.ts';
import { gatherReport, type ReportWanted } from '../../report/gatherReport.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../report/writeReport.ts';
import { printable } from '../../table.ts';
import { UsageError } from '../../usageError.ts';

const DAY_MS = 86_400_000;

/** `docaxis ops report`: the figures of a month or a quarter, computed here from the lines that the axis hands out. */
export const reportCommand: Command = {
  name: 'ops report',
  aliases: [],
  summary: { en: 'Report on a month or a quarter', vi: 'Lập báo cáo tháng hoặc quý' },
  usage: '--month 2026-10 | --quarter 2026-Q4 [--agency CODE] [--format html|csv|json] [--out DIR]',
  example: 'docaxis ops report --month 2026-10 --format html --format csv --out bao-cao --lang vi',
  options: {
    month: { type: 'string', value: 'YYYY-MM', help: 'the month, in Vietnam time' },
    quarter: { type: 'string', value: 'YYYY-QN', help: 'the quarter, in Vietnam time' },
    agency: { type: 'string', value: 'CODE', help: 'only this agency and all below it' },
    format: {
      type: 'string',
      multiple: true,
      value: 'FORMAT',
      help: 'html, csv or json; may be given several times (html)',
    },
    out: { type: 'string', value: 'DIR', help: 'where the files go (here)' },
    'as-of': {
      type: 'string',
      value: 'DAY',
      help: `what happened after this day does not count (${LIMITS.reportDays.cutOff} days after the period)`,
    },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const wanted = wantedOf(invocation);
    const { language, cwd } = context;
    const into = { folder: resolve(cwd, invocation.text('out') ?? '.'), formats: formatsOf(invocation), language };
    // Before all is read: what cannot be written should not take half an hour to say so.
    await mkdir(into.folder, { recursive: true });
    const report = await reportFor(wanted, context);
    const files = await writeReport(report, into);
    for (const file of files) context.say(printable(file));
    const { agencies: _, total: __, months: ___, days: ____, ...head } = report;
    context.result({ files, ...head });
    return EXIT.done;
  },
};

/** @throws UsageError */
function wantedOf(invocation: Invocation): ReportWanted {
  const [month, quarter] = [invocation.text('month'), invocation.text('quarter')];
  if ((month === undefined) === (quarter === undefined)) throw new UsageError('give one of --month and --quarter');
  const period = periodNamed(month ?? quarter ?? '');
  if (period?.kind !== (month === undefined ? 'quarter' : 'month'))
    throw new UsageError(month === undefined ? '--quarter is like 2026-Q4' : '--month is like 2026-10');
  const scope = invocation.text('agency');
  const code = scope === undefined ? undefined : (parseAgencyCode(scope)?.code ?? scope.trim());
  if (code === '') throw new UsageError('--agency is the code of an agency');
  return { period, cutOff: cutOffIn(invocation, period), scope: code };
}

/** The end of the day in Vietnam. */
function cutOffIn(invocation: Invocation, period: ReportPeriod): number {
  const day = invocation.text('as-of');
  if (day === undefined) return cutOffOf(period);
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00+07:00`) + DAY_MS - 1 : Number.NaN;
  if (at >= period.from && at < period.to + LIMITS.reportDays.after * DAY_MS) return at;
  throw new UsageError(
    `--as-of is a day of the period or up to ${LIMITS.reportDays.after - 1} days after it, as 2026-11-10`,
  );
}

/** @throws UsageError */
function formatsOf(invocation: Invocation): readonly ReportFormat[] {
  const given = invocation.texts('format');
  const unknown = given.find((text) => !REPORT_FORMATS.some((format) => format === text));
  if (unknown !== undefined) throw new UsageError(`--format is one of ${REPORT_FORMATS.join(', ')}`);
  return given.length === 0 ? ['html'] : REPORT_FORMATS.filter((format) => given.includes(format));
}

async function reportFor(wanted: ReportWanted, context: CommandContext): Promise<Report> {
  const { name } = wanted.period;
  try {
    return await gatherReport(await context.operator(), wanted, ({ lines, parts, of }) =>
      context.progress(`${name}: ${lines} · ${parts}/${of}`),
    );
  } catch (error) {
    throw error instanceof ReportTooLarge ? new UsageError(error.message) : error;
  } finally {
    context.progress('');
  }
}
