/**
 * Something in the assembly that the local axis does not run. Starting stops here, because a wiring that is silently skipped would work
 * on a laptop and fail once deployed (or the other way round).
 */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
  /** Where it stands: `stack/logicalId` and, if known, the property. */
  readonly where: string;

  constructor(what: string, where: string) {
    super(`${what} is not supported by the local axis (${where})`);
    this.where = where;
  }
}
