import type { CommandOption } from './command.ts';

/** Options that every command takes. */
export const GENERAL_OPTIONS: Readonly<Record<string, CommandOption>> = {
  profile: {
    type: 'string',
    value: 'FILE|NAME',
    help: 'which system you are (default: DOCAXIS_PROFILE, or the only profile)',
  },
  json: { type: 'boolean', help: 'print the result as JSON' },
  lang: { type: 'string', value: 'vi|en', help: 'language of what is printed' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
};
