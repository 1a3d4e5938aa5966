import { withEntry } from '../administer/history.ts';
import type { AnswerOf } from '../contract/answers.ts';
import { sha256Of, trustKeyOf } from '../contract/derivedIds.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Objects, TrustLists } from '../contract/ports.ts';
import type { TrustProblem } from '../contract/readTrustList.ts';
import type { TrustRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { viewTimeline } from '../contract/timeline.ts';
import type { PublishedTrust, TrustList } from '../contract/trustList.ts';
import type { CertificateInspector } from '../trust/certificateFacts.ts';
import { lintTrustList } from '../trust/lintTrustList.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';

export interface TrustPorts extends Pick<AdministerPorts, 'clock' | 'directory' | 'registry'> {
  readonly trust: TrustLists;
  readonly objects: Pick<Objects, 'putOnce'>;
  readonly inspector: CertificateInspector;
}

type TrustView = AnswerOf<'showTrust'>;

/** The list in force, and who published it when and why. */
export async function showTrust(ports: Pick<TrustPorts, 'directory' | 'trust'>): Promise<Outcome<TrustView>> {
  const published = await ports.trust.current();
  const record = await ports.directory.trust();
  return accept(record && published ? viewTrust(record, published.list) : { version: 0, history: [] });
}

/**
 * Publishes a trust list as a whole. One that is broken, or made from another one than is in force, leaves the old one in
 * force. The document is written first; the record that names it commits. The list in force again is no new version.
 */
export async function setTrust(
  act: Act,
  request: RequestOf<'setTrust'>,
  ports: TrustPorts,
): Promise<Outcome<TrustView>> {
  const current = await ports.directory.trust();
  const before = current?.version ?? 0;
  const { list, problems } = lintTrustList(request.list, ports.inspector, ports.clock.now());
  if (!list) return refuseList(problems);
  const bytes = Buffer.from(JSON.stringify(list));
  const sha256 = sha256Of(bytes);
  if (current?.sha256 === sha256) return accept(viewTrust(current, list));
  if (request.replaces !== undefined && request.replaces !== before) {
    return refuse('state-conflict', {
      state: `version ${before}`,
      action: 'this publication',
      from: `version ${request.replaces}`,
    });
  }
  const record = recordOf(act, { version: before + 1, sha256 }, { current, ports });
  if ((await ports.objects.putOnce(trustKeyOf(record.version, sha256), bytes, { sha256 })) === 'different')
    throw new Error(`${trustKeyOf(record.version, sha256)} holds another document`);
  return (await ports.registry.replaceTrust(record)) ? accept(viewTrust(record, list)) : refuse('busy');
}

function recordOf(
  act: Act,
  next: Pick<PublishedTrust, 'version' | 'sha256'>,
  { current, ports }: { readonly current: TrustRecord | undefined; readonly ports: TrustPorts },
): TrustRecord {
  const change = { from: `version ${next.version - 1}`, to: `version ${next.version} ${next.sha256}` };
  const entry = entryOf('x-trust-set', act, ports, change);
  return {
    v: 2,
    ...next,
    at: ports.clock.now(),
    by: act.by,
    reason: act.reason,
    history: withEntry(current?.history ?? [], entry, LIMITS.trust.history),
  };
}

/** Every problem, each with its place. */
export function refuseList(problems: readonly TrustProblem[]): ReturnType<typeof refuse> {
  const told = (text: 'message' | 'messageVi') => problems.map((one) => `${one.path} ${one[text]}`).join('; ');
  return refuse('trust-list-invalid', { problems: told('message'), problemsVi: told('messageVi') }, { problems });
}

const viewTrust = (record: TrustRecord, list: TrustList): TrustView => ({
  version: record.version,
  sha256: record.sha256,
  at: new Date(record.at).toISOString(),
  by: record.by,
  reason: record.reason,
  list,
  history: viewTimeline(record.history).entries,
});
