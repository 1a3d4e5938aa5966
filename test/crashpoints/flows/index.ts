import type { Flow } from '../flow.ts';
import { attachments } from './attachments.ts';
import { compatAgencies } from './compatAgencies.ts';
import { compatSend } from './compatSend.ts';
import { compatTake } from './compatTake.ts';
import { enrol } from './enrol.ts';
import { expire } from './expire.ts';
import { fanOutToOne, fanOutToThree } from './fanOut.ts';
import { fetchContent } from './fetch.ts';
import { leaseByHint } from './leaseByHint.ts';
import { log } from './log.ts';
import { lostFanOut } from './lostFanOut.ts';
import { move } from './move.ts';
import { notice } from './notice.ts';
import { recallHeld, recallTaken, recallWaiting } from './recall.ts';
import { receive, receiveNext } from './receive.ts';
import { receiveByBell } from './receiveByBell.ts';
import { legalHold, retain } from './retain.ts';
import { replace, update } from './revise.ts';
import { acknowledge, acknowledgeBatch, extend, reject, release } from './settle.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { submitByParts } from './submitByParts.ts';
import { submitByUpload } from './submitByUpload.ts';
import { submitInBackground } from './submitInBackground.ts';
import { sweep } from './sweep.ts';
import { webhook } from './webhook.ts';

/** Every flow of the enumeration, in the order of the walk. */
export const FLOWS: readonly Flow[] = [
  submit,
  submitByUpload,
  submitByParts,
  submitInBackground,
  fanOutToOne,
  fanOutToThree,
  lostFanOut,
  receive,
  receiveNext,
  receiveByBell,
  leaseByHint,
  fetchContent,
  attachments,
  acknowledge,
  acknowledgeBatch,
  release,
  reject,
  extend,
  status,
  recallWaiting,
  recallHeld,
  recallTaken,
  update,
  replace,
  expire,
  retain,
  legalHold,
  enrol,
  move,
  webhook,
  notice,
  compatSend,
  compatTake,
  compatAgencies,
  sweep,
  log,
];
