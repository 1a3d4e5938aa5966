import { AwsClient } from 'aws4fetch';
import { parseXml, textOf, type XmlElement } from '../../local/cloud/xml/parseXml.ts';

/** Where a deployment goes: one endpoint that serves all services, and whom it takes us for. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A call of a service that this project has no client for. @throws Error with what the service answered. */
async function send(place: Place, service: string, request: { path: string } & RequestInit): Promise<string> {
  const { path, ...init } = request;
  const client = new AwsClient({ ...place.credentials, region: place.region, service, retries: 0 });
  const response = await client.fetch(`${place.endpoint}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

/** One action of a service of the Query protocol; its answer as XML. */
export async function query(
  place: Place,
  { service, version, action }: { readonly service: string; readonly version: string; readonly action: string },
  parameters: Readonly<Record<string, string>>,
): Promise<XmlElement> {
  const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const text = await send(place, service, { path: '/', method: 'POST', headers, body });
  const parsed = parseXml(text.trim());
  if (!parsed) throw new Error(`${service} ${action} answered no XML: ${text.slice(0, 300)}`);
  return parsed;
}

/** One operation of a service of the JSON protocol, `Prefix.Operation`. */
export async function json<Answer>(place: Place, service: string, target: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return JSON.parse(await send(place, service, { path: '/', method: 'POST', headers, body: JSON.stringify(body) }));
}

/** One resource of a service of the REST protocol. */
export async function rest<Answer>(place: Place, service: string, path: string, change?: object): Promise<Answer> {
  const init = change && {
    method: 'PUT',
    body: JSON.stringify(change),
    headers: { 'content-type': 'application/json' },
  };
  return JSON.parse(await send(place, service, { path, ...init }));
}

/** A function as Lambda tells it. */
export interface FunctionAnswer {
  readonly Configuration: Readonly<Record<string, unknown>> & {
    readonly CodeSha256: string;
    readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
    readonly TracingConfig?: { readonly Mode: string };
  };
}

/** One function, by its name. */
export const lambdaFunction = (place: Place, name: string): Promise<FunctionAnswer> =>
  rest(place, 'lambda', `/2015-03-31/functions/${name}`);

/** Every element of that name, however deep. */
export function allOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...allOf(child, name)]);
}

/** The text of the first element of that name, however deep. */
export const deepText = (element: XmlElement, name: string): string | undefined =>
  textOf(element, name) ?? allOf(element, name)[0]?.text;
