/**
 * The schema version `v` of an item says how new code must be to read and write it. What is only added needs no new version: every
 * change names the attributes that it means and leaves the others as they are. `v` grows when code that does not know the change would
 * misread the item, and then only after that code is gone (docs/decisions/0035).
 */
const NEWEST: Readonly<Record<string, number>> = { trust: 2 };

/** Newest version that this code reads, of the items whose id begins so. */
export const newestSchema = (id: string): number => NEWEST[id.split('#')[0] ?? ''] ?? 1;

/** An item of a later version of the code: it is left alone and told of, never read as something else and never written. */
export class UnreadableItem extends Error {
  readonly id: string;

  constructor(id: string, version: number) {
    super(`${id} has schema version ${version}, and this code reads ${newestSchema(id)}: newer code must handle it`);
    this.name = 'UnreadableItem';
    this.id = id;
  }
}
