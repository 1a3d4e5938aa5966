import type { Resource } from '../assembly/resolveAssembly.ts';
import type { CloudCall, Interference, PendingCall } from '../contract/cloudCall.ts';
import { CallBook, RuleInterference } from './callBook.ts';
import { constructId } from './findByName.ts';
import type { LambdaFunction } from './lambdaFunction.ts';

/** Watches every call to the embedded services: records it, and decides what becomes of it and of the environment that made it. */
export class CallWatch {
  readonly calls: CallBook;
  readonly rules: RuleInterference;
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #interfere: ((call: PendingCall) => Interference | Promise<Interference>) | undefined;
  /** Access key → name of the function whose environment signs with it. */
  readonly #environments = new Map<string, string>();
  /** Access keys of environments that end once their call was cut. */
  readonly #condemned = new Set<string>();
  #logicalIds = new Map<string, string>();

  constructor(options: {
    functions: ReadonlyMap<string, LambdaFunction>;
    interfere: ((call: PendingCall) => Interference | Promise<Interference>) | undefined;
  }) {
    this.#functions = options.functions;
    this.#interfere = options.interfere;
    this.calls = new CallBook({ functionOf: (accessKeyId) => this.#environments.get(accessKeyId ?? '') });
    this.rules = new RuleInterference((call) => this.#namesOf(call));
  }

  /** From now on rules may name these resources by their logical ids. */
  know(resources: readonly Resource[]): void {
    this.#logicalIds = new Map(resources.map((resource) => [resource.ref, resource.logicalId]));
  }

  /** An environment of the function signs with this access key. */
  begin(accessKeyId: string, functionName: string): void {
    this.#environments.set(accessKeyId, functionName);
  }

  end(accessKeyId: string): void {
    this.#environments.delete(accessKeyId);
    this.#condemned.delete(accessKeyId);
  }

  record(call: CloudCall): void {
    this.calls.add(call);
    const key = call.accessKeyId;
    if (key !== undefined && call.status === 0 && this.#condemned.delete(key)) void this.#kill(key);
  }

  /** `kill-before` ends the caller now; `kill-after` ends it when its call has been carried out, before it learns of it. */
  async judge(call: PendingCall): Promise<Interference> {
    const ruled = this.rules.judge(call);
    const decided = ruled.fate === 'proceed' ? ((await this.#interfere?.(call)) ?? ruled) : ruled;
    const key = call.accessKeyId;
    if (key !== undefined && this.#environments.has(key)) {
      if (decided.fate === 'kill-before') await this.#kill(key);
      if (decided.fate === 'kill-after') this.#condemned.add(key);
    }
    return decided;
  }

  async #kill(accessKeyId: string): Promise<void> {
    await this.#functions.get(this.#environments.get(accessKeyId) ?? '')?.killEnvironment(accessKeyId);
  }

  #namesOf(call: PendingCall): readonly (string | undefined)[] {
    const caller = this.#environments.get(call.accessKeyId ?? '');
    const logicalIds = [call.principal, caller].map((name) => this.#logicalIds.get(name ?? ''));
    return [call.principal, caller, ...logicalIds, ...logicalIds.map((id) => constructId(id ?? ''))];
  }
}
