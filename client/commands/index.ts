import type { Command } from '../command.ts';
import { acknowledgeCommand } from './acknowledge.ts';
import { agenciesCommand } from './agencies.ts';
import { followCommand } from './follow.ts';
import { inboxCommand } from './inbox.ts';
import { meCommand } from './me.ts';
import { receiveCommand } from './receive.ts';
import { rejectCommand } from './reject.ts';
import { releaseCommand } from './release.ts';
import { signCommand } from './sign.ts';
import { submitCommand } from './submit.ts';
import { verifyCommand } from './verify.ts';

/** Every subcommand, in the order of the walk. */
export const COMMANDS: readonly Command[] = [
  signCommand,
  verifyCommand,
  submitCommand,
  inboxCommand,
  receiveCommand,
  acknowledgeCommand,
  releaseCommand,
  rejectCommand,
  followCommand,
  agenciesCommand,
  meCommand,
];
