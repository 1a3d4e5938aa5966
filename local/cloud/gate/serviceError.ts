import type { EmbeddedService } from '../../contract/cloud.ts';

/** An error in a service's own words; the gate writes it in the service's own shape. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** What the gate itself may have to refuse, whatever the service. */
export type GateFault =
  | 'denied'
  | 'unsigned'
  | 'unknown-key'
  | 'bad-signature'
  | 'expired-token'
  | 'expired-link'
  | 'clock-skew'
  | 'throttled'
  | 'too-large'
  | 'internal';

type Wording = readonly [code: string, status: number];

const JSON_FAULTS: Readonly<Record<GateFault, Wording>> = {
  denied: ['AccessDeniedException', 400],
  unsigned: ['MissingAuthenticationTokenException', 400],
  'unknown-key': ['UnrecognizedClientException', 400],
  'bad-signature': ['InvalidSignatureException', 400],
  'expired-token': ['ExpiredTokenException', 400],
  'expired-link': ['InvalidSignatureException', 400],
  'clock-skew': ['InvalidSignatureException', 400],
  throttled: ['ThrottlingException', 400],
  'too-large': ['RequestEntityTooLarge', 413],
  internal: ['InternalServerError', 500],
};

const FAULTS: Readonly<Record<EmbeddedService, Readonly<Record<GateFault, Wording>>>> = {
  dynamodb: { ...JSON_FAULTS, throttled: ['ProvisionedThroughputExceededException', 400] },
  sqs: { ...JSON_FAULTS, throttled: ['RequestThrottled', 400], internal: ['InternalError', 500] },
  kms: { ...JSON_FAULTS, internal: ['KMSInternalException', 500] },
  logs: { ...JSON_FAULTS, internal: ['ServiceUnavailableException', 503] },
  sts: {
    denied: ['AccessDenied', 403],
    unsigned: ['MissingAuthenticationToken', 403],
    'unknown-key': ['InvalidClientTokenId', 403],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    'expired-token': ['ExpiredToken', 400],
    'expired-link': ['SignatureDoesNotMatch', 403],
    'clock-skew': ['SignatureDoesNotMatch', 403],
    throttled: ['Throttling', 400],
    'too-large': ['RequestEntityTooLarge', 413],
    internal: ['InternalFailure', 500],
  },
  s3: {
    denied: ['AccessDenied', 403],
    unsigned: ['AccessDenied', 403],
    'unknown-key': ['InvalidAccessKeyId', 403],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    'expired-token': ['ExpiredToken', 400],
    'expired-link': ['AccessDenied', 403],
    'clock-skew': ['RequestTimeTooSkewed', 403],
    throttled: ['SlowDown', 503],
    'too-large': ['EntityTooLarge', 400],
    internal: ['InternalError', 500],
  },
};

/** The error that `service` gives for a fault that the gate found. */
export function gateError(service: EmbeddedService, fault: GateFault, message: string): ServiceError {
  const [code, status] = FAULTS[service][fault];
  return new ServiceError(code, status, message);
}
