import { z } from 'zod';
import { readIfPresent, writeDurably } from './writeDurably.ts';

/** A small map of names to records that is on disk whenever a change returns. */
export interface NamedRecords<T> {
  get(name: string): T | undefined;
  set(name: string, record: T): void;
  delete(name: string): void;
  /** In the order in which the names were first set. */
  entries(): IterableIterator<[string, T]>;
}

/** Opens the map kept in the JSON file at `path`. Throws if the file holds something else. */
export function openNamedRecords<T>(path: string, schema: z.ZodType<T>): NamedRecords<T> {
  const content = readIfPresent(path);
  const records = new Map(
    Object.entries(content ? z.record(z.string(), schema).parse(JSON.parse(content.toString('utf8'))) : {}),
  );
  const save = () => writeDurably(path, JSON.stringify(Object.fromEntries(records), null, 2));
  return {
    get: (name) => records.get(name),
    set(name, record) {
      records.set(name, record);
      save();
    },
    delete(name) {
      if (records.delete(name)) save();
    },
    entries: () => records.entries(),
  };
}
