/** Something of the template that callers may name. */
export interface Named {
  /** Physical name. */
  readonly name: string;
  readonly logicalId: string;
  /** Construct path in the CDK app. */
  readonly path: string | undefined;
}

/** A logical id as the author wrote it: without the eight digits that CDK adds. */
export function constructId(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/**
 * Finds by physical name, then logical id (with or without CDK's digits), then construct path or its end, as far as the templates hold
 * paths (`Submit` finds `Axis/Submit/Resource`).
 * @throws Error listing the names if none or several fit.
 */
export function findByName<Kind extends Named>(kinds: readonly Kind[], name: string): Kind {
  const constructOf = (kind: Kind): string => `/${(kind.path ?? '').replace(/\/Resource$/, '')}`;
  const ways: readonly ((kind: Kind) => boolean)[] = [
    (kind) => kind.name === name,
    (kind) => kind.logicalId === name,
    (kind) => constructId(kind.logicalId) === name,
    (kind) => constructOf(kind).endsWith(`/${name}`),
  ];
  for (const way of ways) {
    const [found, ...others] = kinds.filter(way);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    throw new Error(`${name} is ambiguous: ${[found, ...others].map((kind) => kind.name).join(', ')}`);
  }
  throw new Error(`no ${name}; there are ${kinds.map((kind) => kind.name).join(', ') || 'none'}`);
}
