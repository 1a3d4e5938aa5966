import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Report } from '../../core/report/reportValue.ts';
import type { Language } from '../axisRefusal.ts';
import { reportPage } from './page/reportPage.ts';
import { reportCsv } from './reportCsv.ts';
import { reportJson } from './reportJson.ts';

export const REPORT_FORMATS = ['html', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const TEXT_OF: Readonly<Record<ReportFormat, (report: Report, language: Language) => Iterable<string>>> = {
  html: (report, language) => [reportPage(report, language)],
  csv: reportCsv,
  json: reportJson,
};

/** What data say is the same in every language. */
const fileNameOf = ({ period, scope }: Report, format: ReportFormat, language: Language): string =>
  ['docaxis', period.name, ...(scope === undefined ? [] : [scope.replaceAll(/[^\w.-]/g, '_')])].join('-') +
  (format === 'json' ? '.json' : `.${language}.${format}`);

export interface ReportFiles {
  readonly folder: string;
  readonly formats: readonly ReportFormat[];
  readonly language: Language;
}

/** Writes a report into a folder that is there, a file a format; each appears under its name only when it is whole. Gives their paths. */
export async function writeReport(
  report: Report,
  { folder, formats, language }: ReportFiles,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const format of formats) {
    const file = join(folder, fileNameOf(report, format, language));
    const unfinished = `${file}.part`;
    try {
      await pipeline(Readable.from(TEXT_OF[format](report, language)), createWriteStream(unfinished));
      await rename(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
    files.push(file);
  }
  return files;
}
