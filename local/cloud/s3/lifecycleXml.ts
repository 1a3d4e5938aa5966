import { escapeXml } from '../xml/escapeXml.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from '../xml/parseXml.ts';
import { type LifecycleRule, lifecycleSchema } from './lifecycleRule.ts';
import { s3Error } from './s3Error.ts';

const KNOWN = new Set([
  'ID',
  'Status',
  'Filter',
  'Prefix',
  'Expiration',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
]);

/** Reads a LifecycleConfiguration; rules with transitions, tags or sizes answer 501. */
export function readLifecycleXml(text: string): LifecycleRule[] {
  const document = parseXml(text);
  const rules = document ? childrenOf(document, 'Rule') : [];
  if (rules.length === 0) throw s3Error('MalformedXML');
  const enabled = rules.filter((rule) => textOf(rule, 'Status') === 'Enabled');
  const parsed = lifecycleSchema.safeParse(enabled.map(ruleOf));
  if (!parsed.success) throw s3Error('MalformedXML');
  return parsed.data;
}

/** Writes the rules as a LifecycleConfiguration's content. */
export function writeLifecycleXml(rules: readonly LifecycleRule[]): string {
  return rules
    .map((rule, index) => {
      const expiration = [
        rule.expireAfterDays === undefined ? '' : `<Days>${rule.expireAfterDays}</Days>`,
        rule.removeLoneMarkers ? '<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>' : '',
      ].join('');
      const noncurrent = rule.expireNoncurrentAfterDays;
      const abort = rule.abortUploadsAfterDays;
      return [
        `<Rule><ID>rule-${index + 1}</ID><Status>Enabled</Status><Filter><Prefix>${escapeXml(rule.prefix)}</Prefix></Filter>`,
        expiration === '' ? '' : `<Expiration>${expiration}</Expiration>`,
        noncurrent === undefined
          ? ''
          : `<NoncurrentVersionExpiration><NoncurrentDays>${noncurrent}</NoncurrentDays></NoncurrentVersionExpiration>`,
        abort === undefined
          ? ''
          : `<AbortIncompleteMultipartUpload><DaysAfterInitiation>${abort}</DaysAfterInitiation></AbortIncompleteMultipartUpload>`,
        '</Rule>',
      ].join('');
    })
    .join('');
}

function ruleOf(rule: XmlElement): Record<string, unknown> {
  const unknown = rule.children.find(({ name }) => !KNOWN.has(name));
  if (unknown) throw s3Error('NotImplemented', `Lifecycle ${unknown.name} is not implemented.`);
  const filter = childrenOf(rule, 'Filter')[0];
  const odd = filter?.children.find(({ name }) => name !== 'Prefix');
  if (odd) throw s3Error('NotImplemented', `Lifecycle filters by ${odd.name} are not implemented.`);
  const days = (parent: string, name: string) => {
    const element = childrenOf(rule, parent)[0];
    const text = element && textOf(element, name);
    return text === undefined ? undefined : Number(text);
  };
  const expiration = childrenOf(rule, 'Expiration')[0];
  return withoutAbsent({
    prefix: (filter ? textOf(filter, 'Prefix') : textOf(rule, 'Prefix')) ?? '',
    expireAfterDays: days('Expiration', 'Days'),
    expireNoncurrentAfterDays: days('NoncurrentVersionExpiration', 'NoncurrentDays'),
    abortUploadsAfterDays: days('AbortIncompleteMultipartUpload', 'DaysAfterInitiation'),
    removeLoneMarkers: (expiration && textOf(expiration, 'ExpiredObjectDeleteMarker')) === 'true' ? true : undefined,
  });
}

function withoutAbsent(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
