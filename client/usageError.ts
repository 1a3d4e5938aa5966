/** The command was asked for something that it does not understand: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
