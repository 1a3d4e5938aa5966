import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Principal } from '../../contract/principal.ts';
import type { Statement, TrustPolicy } from '../../contract/statement.ts';
import type { CredentialRegistry } from '../gate/credentialRegistry.ts';
import type { Answer, GatedService, GateRequest, Operation } from '../gate/service.ts';
import { gateError, ServiceError } from '../gate/serviceError.ts';
import { conditionHolds } from '../iam/condition.ts';
import { isAllowed, namesAccount, namesPrincipal } from '../iam/evaluate.ts';
import { parsePolicy, refuseUnknownStatements, refuseUnknownTrust } from '../iam/parsePolicy.ts';
import { escapeXml } from '../xml/escapeXml.ts';

const BODY_LIMIT = 128 * 1_024;
const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const DEFAULT_SESSION_SECONDS = 3_600;
const CHAINED_SESSION_SECONDS = 3_600;

const inputSchema = z.object({
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).default(DEFAULT_SESSION_SECONDS),
  Policy: z.string().max(2_048).optional(),
  ExternalId: z.string().optional(),
});
type AssumeRoleInput = z.infer<typeof inputSchema>;

interface StsOperation extends Operation {
  readonly form: URLSearchParams;
}

/** STS behind the gate, and the roles that it may hand out. */
export interface StsService extends GatedService<StsOperation> {
  registerRole(principal: Principal, trust: TrustPolicy): void;
}

/** Answers GetCallerIdentity and AssumeRole with sessions that end by the axis clock. */
export function createStsService(registry: CredentialRegistry, clock: Clock, account: string): StsService {
  const roles = new Map<string, { principal: Principal; trust: TrustPolicy }>();

  function assumeRole(caller: Principal, input: AssumeRoleInput): string {
    const role = roles.get(input.RoleArn);
    if (!role || !mayAssume(caller, { ...role, input, account })) throw denied(caller, input.RoleArn);
    const isChained = caller.arn.startsWith('arn:aws:sts::');
    const longest = isChained ? CHAINED_SESSION_SECONDS : (role.trust.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS);
    if (input.DurationSeconds > longest) {
      throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    }
    const roleName = role.principal.name;
    const session = input.Policy === undefined ? undefined : sessionPolicy(input.Policy);
    const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${input.RoleSessionName}`;
    const principal = { name: roleName, arn, statements: role.principal.statements, ...(session ? { session } : {}) };
    const expiresAt = clock.now() + input.DurationSeconds * 1_000;
    const credentials = registry.issue(principal, { expiresAt });
    return element('AssumeRoleResult', [
      element('AssumedRoleUser', [
        element('Arn', escapeXml(arn)),
        element('AssumedRoleId', `${roleId(role.principal.arn)}:${escapeXml(input.RoleSessionName)}`),
      ]),
      element('Credentials', [
        element('AccessKeyId', credentials.accessKeyId),
        element('SecretAccessKey', credentials.secretAccessKey),
        element('SessionToken', credentials.sessionToken ?? ''),
        element('Expiration', new Date(expiresAt).toISOString()),
      ]),
    ]);
  }

  return {
    name: 'sts',
    bodyLimit: BODY_LIMIT,
    registerRole(principal, trust) {
      refuseUnknownStatements(principal);
      refuseUnknownTrust(principal.name, trust);
      roles.set(principal.arn, { principal, trust });
    },
    identify(request: GateRequest) {
      const form = new URLSearchParams(request.body.length > 0 ? request.body.toString('utf8') : request.query);
      const name = form.get('Action') ?? '';
      if (name === 'GetCallerIdentity') return { name, form, resource: '*', grants: [] };
      if (name !== 'AssumeRole') throw new ServiceError('InvalidAction', 400, `Could not find operation ${name}`);
      // Whether the caller may is decided with the trust policy at hand.
      return { name, form, resource: form.get('RoleArn') ?? '*', grants: [] };
    },
    async perform({ operation, principal }): Promise<Answer> {
      if (operation.name === 'GetCallerIdentity') return xmlAnswer(operation.name, callerIdentity(principal, account));
      const input = inputSchema.safeParse(Object.fromEntries(operation.form));
      if (!input.success) throw invalid(z.prettifyError(input.error));
      return xmlAnswer(operation.name, assumeRole(principal, input.data));
    },
    refusal(error) {
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      const inner = element('Error', [
        element('Type', type),
        element('Code', error.code),
        element('Message', escapeXml(error.message)),
      ]);
      const body = `<ErrorResponse xmlns="${NAMESPACE}">${inner}<RequestId>local</RequestId></ErrorResponse>`;
      return { status: error.status, headers: { 'content-type': 'text/xml', ...error.headers }, body };
    },
  };
}

/** The trust policy must let the caller in: by name, or by naming the account, and then the caller's own policy must allow it. */
function mayAssume(
  caller: Principal,
  role: { principal: Principal; trust: TrustPolicy; input: AssumeRoleInput; account: string },
): boolean {
  const { RoleArn, RoleSessionName, ExternalId } = role.input;
  const context = {
    'sts:RoleSessionName': RoleSessionName,
    ...(ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }),
  };
  const applying = role.trust.statements.filter(
    ({ Action, Condition }) =>
      Action.some((action) => action === 'sts:AssumeRole' || action === 'sts:*') && conditionHolds(Condition, context),
  );
  const named = (effect: 'Allow' | 'Deny', covers: (arns: readonly string[]) => boolean) =>
    applying.some(({ Effect, Principal: { AWS = [] } }) => Effect === effect && covers(AWS));
  if (named('Deny', (arns) => namesPrincipal(arns, caller) || namesAccount(arns, role.account))) return false;
  const identityAllows = isAllowed(caller, { action: 'sts:AssumeRole', resource: RoleArn, context });
  if (named('Allow', (arns) => namesPrincipal(arns, caller))) return identityAllows || !isDenied(caller, RoleArn);
  return named('Allow', (arns) => namesAccount(arns, role.account)) && identityAllows;
}

/** True if the caller's policies speak against it, rather than merely not for it. */
function isDenied(caller: Principal, roleArn: string): boolean {
  const allowAll: Statement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] };
  const lenient = { ...caller, statements: [...caller.statements, allowAll] };
  return !isAllowed(lenient, { action: 'sts:AssumeRole', resource: roleArn });
}

function sessionPolicy(text: string): Statement[] {
  try {
    return parsePolicy(JSON.parse(text), 'session policy');
  } catch (error) {
    throw new ServiceError('MalformedPolicyDocument', 400, error instanceof Error ? error.message : String(error));
  }
}

function callerIdentity(principal: Principal, account: string): string {
  return element('GetCallerIdentityResult', [
    element('Arn', escapeXml(principal.arn)),
    element('UserId', roleId(principal.arn)),
    element('Account', account),
  ]);
}

function roleId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}

function xmlAnswer(operation: string, result: string): Answer {
  const metadata = element('ResponseMetadata', [element('RequestId', 'local')]);
  const body = `<${operation}Response xmlns="${NAMESPACE}">${result}${metadata}</${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function element(name: string, content: string | readonly string[]): string {
  return `<${name}>${typeof content === 'string' ? content : content.join('')}</${name}>`;
}

function denied(caller: Principal, roleArn: string): ServiceError {
  return gateError(
    'sts',
    'denied',
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', 400, message);
}
