import { z } from 'zod';
import type { Checksums } from './checksum.ts';

const jsonText = <T>(schema: z.ZodType<T>, empty: T) =>
  z
    .string()
    .nullable()
    .transform((text) => (text === null ? empty : schema.parse(JSON.parse(text))));
const headersSchema = z.record(z.string(), z.string());
const sumsSchema = z.partialRecord(z.enum(['crc32', 'sha1', 'sha256']), z.string());

/** Object Lock of one version: until then (ISO 8601) or while on hold it cannot be deleted. */
export const lockSchema = z.object({
  mode: z.enum(['GOVERNANCE', 'COMPLIANCE']).exactOptional(),
  until: z.iso.datetime({ offset: true }).exactOptional(),
  hold: z.boolean().exactOptional(),
});
export type ObjectLock = z.infer<typeof lockSchema>;

const objectSchema = z.object({
  key: z.string(),
  version: z.string(),
  seq: z.number(),
  is_latest: z.number(),
  is_marker: z.number(),
  etag: z.string().nullable(),
  size: z.number().nullable(),
  blob: z.string().nullable(),
  headers: jsonText(headersSchema, {}),
  sums: jsonText(sumsSchema, {}),
  sum_type: z.string().nullable(),
  tags: z.string().nullable(),
  lock: jsonText(lockSchema, {}),
  modified_at: z.number(),
});

/** One version of an object, or a delete marker. */
export interface ObjectRecord {
  readonly key: string;
  /** `null` (the text) for what was stored without versioning. */
  readonly version: string;
  readonly seq: number;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
  /** Without quotation marks. */
  readonly etag: string;
  readonly size: number;
  readonly blob: string;
  readonly headers: Record<string, string>;
  readonly sums: Checksums;
  readonly sumType: string;
  /** As a query string. */
  readonly tags: string | undefined;
  readonly lock: ObjectLock;
  /** Epoch milliseconds of axis time. */
  readonly modifiedAt: number;
}

/** Reads a row of the `objects` table. */
export function objectRecord(row: unknown): ObjectRecord {
  const { is_latest, is_marker, modified_at, sum_type, ...rest } = objectSchema.parse(row);
  return {
    ...rest,
    isLatest: is_latest === 1,
    isMarker: is_marker === 1,
    etag: rest.etag ?? '',
    size: rest.size ?? 0,
    blob: rest.blob ?? '',
    sumType: sum_type ?? 'FULL_OBJECT',
    tags: rest.tags ?? undefined,
    modifiedAt: modified_at,
  };
}
