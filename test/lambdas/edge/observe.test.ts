import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FUNCTIONS } from '../../../core/contract/environment.ts';
import { LOG_EVENTS, LOG_FAULTS, LOG_FIELDS } from '../../../core/contract/logEvents.ts';
import { ABOUT_METRICS } from '../../../core/contract/metrics.ts';
import { ROOT } from '../../kit/stock.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') }));

/** The first arguments of calls such as `observer.event('submitted', …)`. */
const namesIn = (sources: readonly Source[], call: 'event' | 'fault' | 'count'): ReadonlySet<string> =>
  new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(new RegExp(`observer\\.${call}\\(([^,)]+)`, 'gi'))].flatMap(([, first = '']) =>
        [...first.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name),
      ),
    ),
  );

type Catalogue = Readonly<Record<string, { readonly by: readonly string[] }>>;
const ofFunction = (catalogue: Catalogue, name: string) =>
  Object.entries(catalogue)
    .filter(([, { by }]) => by.includes(name))
    .map(([event]) => event);

test('nothing but the observer writes lines: no console, no logger, no standard output', () => {
  const writers = ['lambdas', 'core', 'adapters']
    .flatMap(sourcesIn)
    .filter(({ path }) => path !== 'lambdas/edge/observe.ts')
    .filter(({ text }) => /\bconsole\.|process\.std(out|err)|new Logger\(|new Metrics\(/.test(text));
  expect(writers.map(({ path }) => path)).toEqual([]);
});

/** Written in a function's own folder, or said by what the functions share: then the catalogue alone knows who. */
const SHARED = new Set<string>([
  'number-not-looked-up',
  'fan-out-not-queued',
  'submission-not-queued',
  'inbox-not-rung',
  'system-not-told',
  'delivery-passed-by',
  'put-back-not-known',
  'not-rebuilt',
  'not-moved',
  'agency-registered',
  'agency-closed',
]);

test.each(FUNCTIONS)('%s writes and counts what the catalogues say of it', (name) => {
  const sources = sourcesIn(`lambdas/${name}`);
  const own = (catalogue: Catalogue) =>
    ofFunction(catalogue, name)
      .filter((event) => !SHARED.has(event))
      .toSorted();
  expect([...namesIn(sources, 'event')].toSorted()).toEqual(own(LOG_EVENTS));
  expect([...namesIn(sources, 'fault')].toSorted()).toEqual(own(LOG_FAULTS));
  // A fault counts itself.
  const counted = [...namesIn(sources, 'count')];
  expect(counted.toSorted()).toEqual(own(ABOUT_METRICS).filter((metric) => metric !== 'fault'));
});

test('the edge writes and counts what the catalogues say of it', () => {
  const sources = sourcesIn('lambdas/edge');
  expect([...namesIn(sources, 'event')].toSorted()).toEqual(ofFunction(LOG_EVENTS, 'edge').toSorted());
  expect([...namesIn(sources, 'fault')].toSorted()).toEqual(ofFunction(LOG_FAULTS, 'edge').toSorted());
  expect([...namesIn(sources, 'count'), 'fault'].toSorted()).toEqual(ofFunction(ABOUT_METRICS, 'edge').toSorted());
});

test('no field is declared that no line carries', () => {
  const used = new Set<string>(
    [...Object.values(LOG_EVENTS), ...Object.values(LOG_FAULTS)].flatMap(({ fields }) => fields),
  );
  expect(Object.keys(LOG_FIELDS).filter((field) => !used.has(field))).toEqual([]);
});
