import { LIMITS } from '../../core/contract/limits.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { itemsOf } from '../compat/play.ts';
import type { TestAxis } from '../kit/testAxis.ts';

const REASON = 'standard walk';

/** Every function behind the compatibility faces, in every way that its role is there for. */
export async function facesWalk(town: TestAxis): Promise<void> {
  const sender = await sdkOf(town, 'trung-tam-mau');
  const recipient = await sdkOf(town, 'bo-minh-hoa');
  const from = { from: 'X91.04', messagetype: 'edoc' };
  const letter = await town.letter({ to: ['X92'] });
  await sender.sendEdoc(letter, from);
  await sender.sendEdoc(letter, from);
  await sender.sendEdoc(Buffer.from('<no-edxml/>'), from);
  await keepTwice(town, sender);
  const content = new Uint8Array(LIMITS.faceAnswerBytes * 0.6);
  const attachments = [
    { ContentId: 'a1', AttachmentName: 'ban-do.bin', ContentType: 'application/octet-stream', content },
  ];
  await sender.sendEdoc(await town.letter({ to: ['X92'], attachments }), from);
  await town.settle();
  await takeAll(recipient);
  const { result } = await sender.post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
  const [sent] = itemsOf(result?.data);
  await sender.post('getSentEdocList', { messagetype: 'edoc', docId: String(sent?.senderDocId) });
  await tellAgencies(sender);
  await town.axis.invoke('docaxis-evaluation-publish', {});
  await sender.post('getAgenciesList');
}

/** A centre's own agencies: one comes, one is not its own, one goes. */
async function tellAgencies(centre: OldSdk): Promise<void> {
  const unit = { id: '', pcode: 'X91.04', code: 'X91.04.777', name: 'Phòng mới', mail: '', mobile: '', fax: '' };
  await centre.post('registerAgency', {}, { body: JSON.stringify(unit) });
  await centre.post('registerAgency', {}, { body: JSON.stringify({ ...unit, code: 'X92.777' }) });
  await centre.post('deleteAgency', { AgencyCode: unit.code }, { body: '{}' });
}

/** A system that speaks as the SDK does. */
export async function sdkOf({ operator, facts }: TestAxis, systemId: string): Promise<OldSdk> {
  const { secret } = await operator.call('addSecret', { path: { systemId }, body: { reason: REASON } });
  return new OldSdk({ version: '2.0.1', endpoint: `${facts.url}/vxp`, systemId, secret });
}

/** The bytes are kept, the record is not: the next try finds the object there and compares it. */
async function keepTwice({ axis, letter }: TestAxis, sender: OldSdk): Promise<void> {
  const lost = await letter({ to: ['X92'] });
  axis.interfere([
    { service: 'dynamodb', operation: 'PutItem', principal: 'docaxis-evaluation-compatSend', fate: 'fail-before' },
  ]);
  await sender.sendEdoc(lost, { from: 'X91.04', messagetype: 'edoc' });
  axis.interfere([]);
  await sender.sendEdoc(lost, { from: 'X91.04', messagetype: 'edoc' });
}

/** Also what is too large for a function to answer. */
async function takeAll(recipient: OldSdk): Promise<void> {
  const { result } = await recipient.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
  for (const item of itemsOf(result?.data)) {
    const docId = String(item.docId);
    await recipient.post('getEdoc', { docId }, { body: '{}' });
    await recipient.downloadEdoc({ docId });
    await recipient.post('updateStatus', { docId, status: 'fail' }, { body: '{}' });
    await recipient.post('updateStatus', { docId, status: 'done' }, { body: '{}' });
    await recipient.post('updateStatus', { docId, status: 'no such state' }, { body: '{}' });
  }
}
