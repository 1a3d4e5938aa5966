import type { CommandContext } from './command.ts';
import { printable } from './table.ts';

const MB = 1024 * 1024;

/** Shows how far a file is, on a terminal only; a percent at a time. */
export function transferBar(name: string, { progress }: Pick<CommandContext, 'progress'>) {
  let shown = '';
  return ({ phase, bytes, of }: { readonly phase?: string; readonly bytes: number; readonly of: number }): void => {
    const percent = of === 0 ? 100 : Math.floor((bytes / of) * 100);
    const line = `${printable(name)}: ${phase === undefined ? '' : `${phase} `}${percent}% of ${(of / MB).toFixed(1)} MB`;
    if (line !== shown) progress(line);
    shown = line;
  };
}
