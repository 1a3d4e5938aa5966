import { Figures } from './figures.ts';
import { type AgencyView, viewFigures } from './reportValue.ts';

/** Who was seen in a line, and when. */
export interface Seen {
  readonly agencyId: string;
  readonly code: string;
  readonly name: string;
  /** Acceptance and id of the dispatch: the latest line says what an agency is called. */
  readonly acceptedAt: string;
  readonly dispatchId: string;
}

interface Entry {
  seen: Seen;
  readonly figures: Figures;
}

/** The figures of every agency that occurs, under its id: moves, mergers and new codes change nothing of what it did before. */
export class AgencyBook {
  readonly #entries = new Map<string, Entry>();

  figuresOf(seen: Seen): Figures {
    const entry = this.#entries.get(seen.agencyId);
    if (!entry) {
      const figures = new Figures();
      this.#entries.set(seen.agencyId, { seen, figures });
      return figures;
    }
    if (isLater(seen, entry.seen)) entry.seen = seen;
    return entry.figures;
  }

  /** Of an agency that was seen before. */
  find(agencyId: string): Figures | undefined {
    return this.#entries.get(agencyId)?.figures;
  }

  /** In the order of the codes; each view is made when it is asked for. */
  *views(): Iterable<AgencyView> {
    const entries = [...this.#entries.values()].toSorted(
      (a, b) => compare(a.seen.code, b.seen.code) || compare(a.seen.agencyId, b.seen.agencyId),
    );
    for (const { seen, figures } of entries) {
      const { agencyId, code, name } = seen;
      yield { agencyId, code, name, ...viewFigures(figures) };
    }
  }
}

const isLater = (one: Seen, other: Seen): boolean =>
  one.acceptedAt === other.acceptedAt ? one.dispatchId > other.dispatchId : one.acceptedAt > other.acceptedAt;

/** By code units: the same in every locale. */
const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
