import { withEntry } from '../administer/history.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { TrustRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { viewTimeline } from '../contract/timeline.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';

type TrustView = AnswerOf<'showTrust'>;

export async function showTrust(ports: AdministerPorts): Promise<Outcome<TrustView>> {
  return accept(viewTrust((await ports.directory.trust()) ?? NO_TRUST));
}

const NO_TRUST: TrustRecord = { v: 1, version: 0, anchors: [], intermediates: [], history: [] };

/** Replaces the trust anchors as a whole; one certificate that cannot be read leaves the old list in force. */
export async function setTrust(
  act: Act,
  request: RequestOf<'setTrust'>,
  ports: AdministerPorts,
): Promise<Outcome<TrustView>> {
  const current = (await ports.directory.trust()) ?? NO_TRUST;
  const anchors = readAll(request.anchors, ports);
  if (!anchors.ok) return anchors;
  const intermediates = readAll(request.intermediates, ports);
  if (!intermediates.ok) return intermediates;
  const version = current.version + 1;
  const entry = entryOf('x-trust-set', act, ports, { from: `version ${current.version}`, to: `version ${version}` });
  const trust: TrustRecord = {
    v: 1,
    version,
    anchors: anchors.value,
    intermediates: intermediates.value,
    history: withEntry(current.history, entry),
  };
  return (await ports.registry.replaceTrust(trust)) ? accept(viewTrust(trust)) : refuse('busy');
}

function readAll(pems: readonly string[], ports: AdministerPorts): Outcome<readonly string[]> {
  const read: string[] = [];
  for (const pem of pems) {
    const der = ports.certificates.read(pem);
    if (!der.ok) return der;
    read.push(der.value.toString('base64'));
  }
  return accept(read);
}

const viewTrust = (trust: TrustRecord): TrustView => ({
  version: trust.version,
  anchors: [...trust.anchors],
  intermediates: [...trust.intermediates],
  history: viewTimeline(trust.history).entries,
});
