import {
  type AgencyId,
  type DeliveryId,
  type DispatchId,
  isAgencyId,
  isDeliveryId,
  isDispatchId,
  isSecretId,
  isSubmissionId,
  isSystemId,
  isUploadId,
  type SecretId,
  type SubmissionId,
  type SystemId,
  type Thumbprint,
  type UploadId,
} from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';

/** Ids in paths: what cannot be an id is told the same as an id that nobody has. */
export const dispatchIdIn = (path: Readonly<Record<string, string>>): Outcome<DispatchId> =>
  isDispatchId(path.dispatchId ?? '') ? accept(path.dispatchId as DispatchId) : refuse('dispatch-not-found');

export const deliveryIdIn = (path: Readonly<Record<string, string>>): Outcome<DeliveryId> =>
  isDeliveryId(path.deliveryId ?? '') ? accept(path.deliveryId as DeliveryId) : refuse('delivery-not-found');

export const uploadIdIn = (path: Readonly<Record<string, string>>): Outcome<UploadId> =>
  isUploadId(path.uploadId ?? '')
    ? accept(path.uploadId as UploadId)
    : refuse('upload-not-found', { hours: LIMITS.uploadHours });

export const submissionIdIn = (path: Readonly<Record<string, string>>): Outcome<SubmissionId> =>
  isSubmissionId(path.submissionId ?? '')
    ? accept(path.submissionId as SubmissionId)
    : refuse('submission-not-found', { hours: LIMITS.uploadHours });

export const systemIdIn = (path: Readonly<Record<string, string>>): Outcome<SystemId> =>
  isSystemId(path.systemId ?? '')
    ? accept(path.systemId as SystemId)
    : refuse('system-not-found', { system: path.systemId ?? '' });

/** A key id as `addKey` takes it. */
export const kidIn = (path: Readonly<Record<string, string>>): Outcome<string> =>
  /^[A-Za-z0-9._~-]{8,64}$/.test(path.kid ?? '')
    ? accept(path.kid ?? '')
    : refuse('key-not-found', { system: path.systemId ?? '', kid: path.kid ?? '' });

export const secretIdIn = (path: Readonly<Record<string, string>>): Outcome<SecretId> =>
  isSecretId(path.secretId ?? '')
    ? accept(path.secretId as SecretId)
    : refuse('secret-not-found', { system: path.systemId ?? '', secret: path.secretId ?? '' });

export const thumbprintIn = (path: Readonly<Record<string, string>>): Outcome<Thumbprint> =>
  /^[A-Za-z0-9_-]{43}$/.test(path.thumbprint ?? '')
    ? accept(path.thumbprint as Thumbprint)
    : refuse('certificate-not-found', { agency: path.agencyId ?? '', thumbprint: path.thumbprint ?? '' });

export const agencyIdIn = (path: Readonly<Record<string, string>>): Outcome<AgencyId> =>
  isAgencyId(path.agencyId ?? '')
    ? accept(path.agencyId as AgencyId)
    : refuse('agency-not-found', { agency: path.agencyId ?? '' });
