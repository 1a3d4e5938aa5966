/** Every snippet of the pages is run as it is shown, one after the other on one axis, and says what the page promises. */
export const RUNS: readonly (readonly [snippet: string, says: RegExp])[] = [
  ['send.sh', /Accepted: dsp_[a-z2-7]{32}[\s\S]*The receipt holds\./],
  ['receive.sh', /dlv_[a-z2-7]{32}[\s\S]*acknowledged/],
  ['follow.sh', /03 registered {2}applied[\s\S]*X92\s/],
  ['look.sh', /who must act {2}nobody[\s\S]*Trung tâm Mẫu/],
  ['hold.sh', /LEGAL HOLD {2}yes[\s\S]*LEGAL HOLD {2}no/],
  ['pause.sh', /paused/i],
  ['trust.sh', /./],
  ['join.sh', /X91\.07/],
  ['secret.sh', /secret/i],
  ['integrate.ts', /sent accepted dsp_[a-z2-7]{32}\ntaken .+ signed/],
  ['make-key.sh', /^/],
  ['register-key.sh', /curl-2026-01/],
  ['curl-submit.sh', /"outcome":"accepted"/],
  ['curl-receive.sh', /"state":"acknowledged"/],
  // The last one: the axis's clock is moved for it, which tokens made by hand do not follow.
  ['prove.sh', /\n1\taccepted\t[\s\S]*The evidence holds: [\s\S]*The evidence holds: [\s\S]*\/log\n\d+\n/],
];
/** Proves what stands in the evidence log, some minutes after it happened. */
export const WHEN_LOGGED = 'prove.sh';
/** Shown, and run in another way: `npm start` starts the axis of this suite, and `token.sh` is a part of what calls it. */
export const RUN_OTHERWISE = ['start.sh', 'token.sh'];
