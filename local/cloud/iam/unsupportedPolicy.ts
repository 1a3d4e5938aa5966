/** A policy says something that the local evaluation does not implement; it is refused rather than misread. */
export class UnsupportedPolicy extends Error {
  override readonly name = 'UnsupportedPolicy';
}
