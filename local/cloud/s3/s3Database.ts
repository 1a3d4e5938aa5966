import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

type Row = Record<string, unknown>;

/** The metadata of buckets, objects and uploads in SQLite; `change` runs a transaction that outlives a kill once it returns. */
export interface S3Database {
  all(sql: string, ...values: SQLInputValue[]): Row[];
  first(sql: string, ...values: SQLInputValue[]): Row | undefined;
  run(sql: string, ...values: SQLInputValue[]): void;
  change<T>(work: () => T): T;
  close(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY, versioning TEXT, lock TEXT, lifecycle TEXT, policy TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, seq INTEGER NOT NULL, is_latest INTEGER NOT NULL,
  is_marker INTEGER NOT NULL, etag TEXT, size INTEGER, blob TEXT, headers TEXT, sums TEXT, sum_type TEXT, tags TEXT, lock TEXT,
  modified_at INTEGER NOT NULL, PRIMARY KEY (bucket, key, version)
) STRICT;
CREATE INDEX IF NOT EXISTS objects_latest ON objects (bucket, key) WHERE is_latest = 1;
CREATE INDEX IF NOT EXISTS objects_blob ON objects (blob);
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, algorithm TEXT, tags TEXT, lock TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL, blob TEXT NOT NULL,
  sums TEXT NOT NULL, PRIMARY KEY (upload, number)
) STRICT;
CREATE INDEX IF NOT EXISTS parts_blob ON parts (blob);
`;

/** Opens or creates the database in `dir`. */
export function openS3Database(dir: string): S3Database {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dir, 's3.sqlite'));
  // NORMAL: a commit has been handed to the operating system when it returns, so a kill of this process loses nothing; a power
  // cut may lose the last ones, as in dynalite, but never tears the database. FULL would stop every service for each commit.
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    all: (sql, ...values) => statement(sql).all(...values),
    first: (sql, ...values) => statement(sql).get(...values),
    run(sql, ...values) {
      statement(sql).run(...values);
    },
    change(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
