import type { Answer } from './service.ts';
import type { ServiceError } from './serviceError.ts';

/** An error of a service that speaks AWS JSON 1.0 or 1.1; `namespace` is what stands before the error's name. */
export function jsonRefusal(error: ServiceError, namespace: string, contentType: string): Answer {
  return {
    status: error.status,
    headers: { 'content-type': contentType, ...error.headers },
    body: JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message, Message: error.message }),
  };
}
