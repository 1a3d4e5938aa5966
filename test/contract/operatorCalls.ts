import { X509Certificate } from 'node:crypto';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import { spoil } from '../refusals/spoil.ts';
import type { Caller } from './caller.ts';

const UNTIL = '2026-06-30T17:00:00.000Z';

/** Every call that operators make, once with success; in the order in which an agency's life goes. */
export async function operatorCalls(
  town: TestAxis,
  caller: Caller,
  { dispatchId, deliveryId }: { readonly dispatchId: string; readonly deliveryId: string },
): Promise<void> {
  await systemLife(caller);
  await agencyLife(town, caller);
  await trustCalls(town, caller);
  await caller.call('setPause', { body: { paused: true, reason: 'Bảo trì theo lịch' } });
  await caller.call('showPause');
  await caller.call('setPause', { body: { paused: false, reason: 'Bảo trì xong' } });
  await caller.call('holdDispatch', { path: { dispatchId }, body: { held: true, reason: 'Theo yêu cầu thanh tra' } });
  await caller.call('rebuild', { body: { what: 'look', reason: 'Xem trước sau khi khôi phục' } });
  // A period before everything: lines come in the order of ids, which differs from run to run.
  await caller.call('reportLines', { query: { from: '2026-01-01T00:00:00+07:00', to: '2026-02-01T00:00:00+07:00' } });
  await caller.call('explain', { path: { id: deliveryId } });
  const path = { deliveryId };
  await spoil(town.stores, deliveryId, { attribute: 'state', value: 'set-aside' });
  await caller.call('listAside', { query: { limit: '10' } });
  await caller.call('requeue', { path, body: { reason: 'Hệ thống nhận đã hoạt động lại' } });
  await spoil(town.stores, deliveryId, { attribute: 'state', value: 'set-aside' });
  await caller.call('discard', { path, body: { reason: 'Nơi nhận đề nghị bỏ' } });
}

async function systemLife(caller: Caller): Promise<void> {
  const reason = 'Đăng ký theo công văn';
  const systemId = 'trung-tam-moi';
  const path = { systemId };
  await caller.call('addSystem', { body: { systemId, name: 'Trung tâm Mới', reason } });
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'example-key-2026' };
  await caller.call('addKey', { path, body: { jwk, reason } });
  await caller.call('setLimits', { path, body: { requests: 3_000, reason: 'Trung tâm lớn' } });
  const { secretId } = await caller.call('addSecret', { path, body: { note: 'Hệ thống quản lý văn bản', reason } });
  await caller.call('showSystem', { path });
  const retired = { until: UNTIL, reason: 'Thay định kỳ' };
  await caller.call('retireSecret', { path: { systemId, secretId: String(secretId) }, body: retired });
  await caller.call('retireKey', { path: { systemId, kid: jwk.kid }, body: retired });
  await caller.call('suspendSystem', { path, body: { suspended: true, reason: 'Nghi lộ khóa' } });
  await caller.call('suspendSystem', { path, body: { suspended: false, reason: 'Đã kiểm tra' } });
}

async function agencyLife(town: TestAxis, caller: Caller): Promise<void> {
  const reason = 'Đăng ký theo công văn';
  const body = { code: 'X95.01', name: 'Sở Mới', system: 'trung-tam-moi', reason };
  const { agencyId } = await caller.call('addAgency', { body });
  const path = { agencyId: String(agencyId) };
  const [pem = ''] = town.world.anchors;
  const thumbprint = thumbprintOf(new X509Certificate(pem).raw);
  await caller.call('addCertificate', { path, body: { pem, reason } });
  await caller.call('findAgency', { query: { code: 'X95.01' } });
  await caller.call('showAgency', { path });
  const retired = { until: UNTIL, reason: 'Thay định kỳ' };
  await caller.call('retireCertificate', { path: { ...path, thumbprint }, body: retired });
  await caller.call('setPolicy', { path, body: { unsigned: 'accept', reason: 'Phần mềm chưa ký được' } });
  await caller.call('addAlias', { path, body: { code: 'X95.11', reason: 'Mã cũ' } });
  await caller.call('changeAgency', { path, body: { name: 'Sở Mới và Phát triển', reason: 'Đổi tên' } });
  await caller.call('suspendAgency', { path, body: { suspended: true, reason: 'Tạm dừng' } });
  await caller.call('suspendAgency', { path, body: { suspended: false, reason: 'Hoạt động lại' } });
  await caller.call('moveAgency', { path, body: { system: 'trung-tam-mau', reason: 'Đổi trung tâm' } });
  await caller.call('mergeAgency', { path, body: { into: 'X91.05', reason: 'Sáp nhập' } });
  const agencies = [{ code: 'X95.02', name: 'Sở Nhập', parent: 'X95' }];
  await caller.call('importAgencies', { body: { agencies, dryRun: true, reason: 'Danh mục mới' } });
}

async function trustCalls(town: TestAxis, caller: Caller): Promise<void> {
  const list = sampleTrust(town.world);
  await caller.call('showTrust');
  await caller.call('tryTrust', { body: { list } });
  await caller.call('setTrust', { body: { list, reason: 'Danh mục năm 2026' } });
  await caller.call('showRevocation');
}
