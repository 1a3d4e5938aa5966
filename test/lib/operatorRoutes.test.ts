import { expect, test } from 'vitest';
import { OPERATOR_ROLES, type OperatorRole, ROUTE_NAMES, ROUTES, type Route } from '../../core/contract/routes.ts';
import { matchesPattern } from '../../local/cloud/iam/wildcard.ts';

type Given = Readonly<Record<string, Route>>;

const OPERATORS: Given = Object.fromEntries(
  ROUTE_NAMES.map((name): [string, Route] => [name, ROUTES[name]]).filter(([, { caller }]) => caller === 'operator'),
);
const patternOf = ({ method, path }: Route): string => `${method}${path.replaceAll(/\{\w+\}/g, '*')}`;
const sampleOf = ({ method, path }: Route): string => `${method}${path.replaceAll(/\{\w+\}/g, 'x')}`;

/** Routes that a role may call although the contract does not name it: in IAM a `*` goes over slashes. */
const slips = (routes: Given, role: OperatorRole): readonly string[] => {
  const patterns = Object.values(routes)
    .filter(({ roles }) => roles?.includes(role))
    .map(patternOf);
  return Object.entries(routes)
    .filter(([, route]) => !route.roles?.includes(role))
    .filter(([, route]) => patterns.some((pattern) => matchesPattern(pattern, sampleOf(route))))
    .map(([name]) => name);
};

test.each(OPERATOR_ROLES)('what the role %s may call reaches no route of another role', (role) => {
  expect(slips(OPERATORS, role)).toEqual([]);
});

test('a planted route whose pattern reaches further is named', () => {
  const planted: Route = { ...ROUTES.changeAgency, path: '/v1/admin/agencies/{agencyId}' };
  expect(slips({ ...OPERATORS, planted }, 'operator')).toEqual(['setPolicy']);
});
