/** A mistake in the call of a command. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/** Runs a command to its exit code: 2 when it was called wrongly, which the help then explains, or failed itself. */
export async function runCommand(help: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const isUsage = error instanceof Usage || (error instanceof TypeError && 'code' in error);
    console.error(isUsage ? `${error.message}\n\n${help}` : error);
    process.exitCode = 2;
  }
}
