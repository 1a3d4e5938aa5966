import type { JsonObject } from '../../../local/assembly/json.ts';
import type { Resource } from '../../../local/assembly/resolveAssembly.ts';

/** A resource as it comes out of evaluation. */
export function resource(
  type: string,
  ref: string,
  given: { attributes?: JsonObject; properties?: JsonObject } = {},
): Resource {
  const { attributes = {}, properties = {} } = given;
  return { stack: 'Stack', logicalId: ref.replace(/\W/g, ''), type, path: undefined, ref, attributes, properties };
}
