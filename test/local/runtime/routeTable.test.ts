import { expect, test } from 'vitest';
import { RouteTable } from '../../../local/runtime/routeTable.ts';

const keys = [
  'ANY /files/{rest+}',
  'GET /files/readme',
  'GET /echo/{id}',
  'GET /echo/fixed',
  'ANY /echo/{id}',
  'POST /echo',
  'GET /',
  'GET /echo/{id}/parts/{part}',
];

function routes(withDefault: boolean): RouteTable<string> {
  const table = new RouteTable<string>();
  for (const key of withDefault ? [...keys, '$default'] : keys) table.add(key, key);
  return table;
}

const table: [string, string, string | undefined, Record<string, string>?][] = [
  ['GET', '/echo/fixed', 'GET /echo/fixed'],
  ['GET', '/echo/7', 'GET /echo/{id}', { id: '7' }],
  ['DELETE', '/echo/fixed', 'ANY /echo/{id}', { id: 'fixed' }],
  ['GET', '/echo/7/parts/2', 'GET /echo/{id}/parts/{part}', { id: '7', part: '2' }],
  ['GET', '/files/readme', 'GET /files/readme'],
  ['PUT', '/files/readme', 'ANY /files/{rest+}', { rest: 'readme' }],
  ['GET', '/files/a/b/c', 'ANY /files/{rest+}', { rest: 'a/b/c' }],
  ['GET', '/', 'GET /'],
  ['GET', '/files/', undefined],
  ['GET', '/echo/', undefined],
  ['GET', '/echo', undefined],
  ['GET', '/echo/7/', undefined],
  ['OPTIONS', '/', undefined],
];
test.each(table)('%s %s takes the most specific route', (method, path, key, parameters = {}) => {
  expect(routes(false).match(method, path)).toEqual(key === undefined ? undefined : { key, target: key, parameters });
  if (key === undefined) expect(routes(true).match(method, path)).toMatchObject({ key: '$default', parameters: {} });
});

test('a route key of another form is refused', () => {
  expect(() => new RouteTable<string>().add('GET /a{b}c', '')).toThrow(/a\{b\}c/);
  expect(() => new RouteTable<string>().add('$connect', '')).toThrow(/\$connect/);
});
