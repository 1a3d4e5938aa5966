import type { ConditionBlock } from '../../contract/statement.ts';
import { UnsupportedPolicy } from './unsupportedPolicy.ts';
import { matchesPattern } from './wildcard.ts';

/** Values of condition keys at the time of a request; names are compared without regard to case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

type ValueMatch = (expected: string, actual: string) => boolean;

const exactly: ValueMatch = (expected, actual) => expected === actual;
const like: ValueMatch = (expected, actual) => matchesPattern(expected, actual);
const sameBoolean: ValueMatch = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();

/** ARNs match part by part, so that a wildcard never crosses a colon of the first five parts. */
const arnLike: ValueMatch = (expected, actual) => {
  const expectedParts = arnParts(expected);
  const actualParts = arnParts(actual);
  return expectedParts.every((part, index) => matchesPattern(part, actualParts[index] ?? ''));
};

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...Array.from({ length: 5 }, (_, index) => parts[index] ?? ''), parts.slice(5).join(':')];
}

const SINGLE: Readonly<Record<string, ValueMatch>> = {
  StringEquals: exactly,
  StringLike: like,
  Bool: sameBoolean,
  ArnEquals: arnLike,
  ArnLike: arnLike,
};

const FOR_ALL: Readonly<Record<string, ValueMatch>> = {
  'ForAllValues:StringEquals': exactly,
  'ForAllValues:StringLike': like,
};

/** Condition keys that the gate fills in; a statement on any other key would silently never match. */
const KNOWN_KEYS = new Set(
  [
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:SecureTransport',
    'dynamodb:LeadingKeys',
    's3:prefix',
    's3:delimiter',
    's3:max-keys',
    'kms:EncryptionContextKeys',
    'kms:RequestAlias',
    'kms:SigningAlgorithm',
    'kms:MessageType',
    'sts:RoleSessionName',
    'sts:ExternalId',
  ].map((key) => key.toLowerCase()),
);
const KNOWN_KEY_PREFIXES = ['kms:encryptioncontext:'];

/** Throws `UnsupportedPolicy` if the block uses an operator or a key whose meaning is not implemented here. */
export function refuseUnknownConditions(block: ConditionBlock, where: string): void {
  for (const [operator, entries] of Object.entries(block)) {
    if (!Object.hasOwn(SINGLE, operator) && !Object.hasOwn(FOR_ALL, operator)) {
      throw new UnsupportedPolicy(`${where}: condition operator ${operator} is not supported`);
    }
    for (const [key, values] of Object.entries(entries)) {
      const lower = key.toLowerCase();
      const isKnown = KNOWN_KEYS.has(lower) || KNOWN_KEY_PREFIXES.some((prefix) => lower.startsWith(prefix));
      if (!isKnown) throw new UnsupportedPolicy(`${where}: condition key ${key} is not supported`);
      for (const value of listOf(values)) {
        if (typeof value !== 'string') throw new UnsupportedPolicy(`${where}: condition values must be strings`);
        if (value.includes('${'))
          throw new UnsupportedPolicy(`${where}: policy variables are not supported (${value})`);
      }
    }
  }
}

/** True if every operator and key of the block holds in `context` (IAM User Guide, "Conditions with multiple keys"). */
export function conditionHolds(block: ConditionBlock | undefined, context: ConditionContext): boolean {
  if (!block) return true;
  const actualByKey = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
  return Object.entries(block).every(([operator, entries]) =>
    Object.entries(entries).every(([key, values]) =>
      operatorHolds(operator, listOf(values), actualByKey.get(key.toLowerCase())),
    ),
  );
}

function operatorHolds(operator: string, expected: readonly string[], actual: readonly string[] | undefined): boolean {
  const forAll = FOR_ALL[operator];
  // As in IAM, ForAllValues is true when the key is absent.
  if (forAll) return (actual ?? []).every((value) => expected.some((pattern) => forAll(pattern, value)));
  const single = SINGLE[operator];
  if (!single) throw new UnsupportedPolicy(`condition operator ${operator} is not supported`);
  return (actual ?? []).some((value) => expected.some((pattern) => single(pattern, value)));
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
