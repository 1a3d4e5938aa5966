import type { Command } from '../command.ts';
import { acknowledgeCommand } from './acknowledge.ts';
import { agenciesCommand } from './agencies.ts';
import { attachmentsCommand } from './attachments.ts';
import { completionCommand } from './completion.ts';
import { evidenceCommand } from './evidence.ts';
import { fetchCommand } from './fetch.ts';
import { followCommand } from './follow.ts';
import { inboxCommand } from './inbox.ts';
import { initCommand } from './init.ts';
import { keysCommand } from './keys.ts';
import { kitCommands } from './kit.ts';
import { meCommand } from './me.ts';
import { agencyCommands } from './operator/agencyCommands.ts';
import { certificateCommands } from './operator/certificateCommands.ts';
import { dispatchCommands } from './operator/dispatchCommands.ts';
import { importCommand } from './operator/import.ts';
import { opsCommands } from './operator/opsCommands.ts';
import { secretCommands } from './operator/secretCommands.ts';
import { seeCommands } from './operator/seeCommands.ts';
import { systemCommands } from './operator/systemCommands.ts';
import { trustCommands } from './operator/trustCommands.ts';
import { recallCommand } from './recall.ts';
import { receiveCommand } from './receive.ts';
import { rejectCommand } from './reject.ts';
import { releaseCommand } from './release.ts';
import { showCommand } from './show.ts';
import { signCommand } from './sign.ts';
import { statusCommands } from './status.ts';
import { submitCommand } from './submit.ts';
import { verifyCommand } from './verify.ts';
import { webhookCommands } from './webhook.ts';

/** Every subcommand, in the order of the walk; the operators' own come last. */
export const COMMANDS: readonly Command[] = [
  initCommand,
  keysCommand,
  signCommand,
  verifyCommand,
  submitCommand,
  inboxCommand,
  receiveCommand,
  acknowledgeCommand,
  releaseCommand,
  rejectCommand,
  ...statusCommands,
  recallCommand,
  followCommand,
  showCommand,
  evidenceCommand,
  attachmentsCommand,
  fetchCommand,
  agenciesCommand,
  meCommand,
  ...webhookCommands,
  ...kitCommands,
  ...agencyCommands,
  ...certificateCommands,
  ...systemCommands,
  ...trustCommands,
  ...secretCommands,
  ...dispatchCommands,
  ...opsCommands,
  ...seeCommands,
  importCommand,
  completionCommand(() => COMMANDS),
];
