import * as z from 'zod/mini';
import { PROFILE } from '../../client/profile.ts';
import { ANSWERS, PROBLEM, REPORT } from '../../core/contract/answers.ts';
import { REQUESTS } from '../../core/contract/requests.ts';
import { typeText } from './typeText.ts';

const HEADER = '/** Written from the schemas of the contract. */\n';
const textOf = (schema: z.ZodMiniType, io: 'input' | 'output'): string => typeText(z.toJSONSchema(schema, { io }));

function interfaceText(name: string, schemas: Readonly<Record<string, z.ZodMiniType>>, io: 'input' | 'output'): string {
  const members = Object.entries(schemas).map(([route, schema]) => `  readonly ${route}: ${textOf(schema, io)};`);
  return `export interface ${name} {\n${members.join('\n')}\n}\n`;
}

/**
 * Declarations that would name the schema library, written out instead: path in the package's `types` folder, and text. They stand
 * in for what the compiler emits for the same files.
 */
export function contractTypes(): Readonly<Record<string, string>> {
  return {
    'core/contract/answers.d.ts': [
      HEADER,
      interfaceText('Answers', ANSWERS, 'output'),
      '/** What a route of the axis answers. */\n',
      'export type AnswerOf<R extends keyof Answers> = Answers[R];\n',
      '/** A refusal as it travels (RFC 9457). */\n',
      `export type Problem = ${textOf(PROBLEM, 'output')};\n`,
      '/** The verification report of a document: each check, its verdict, its reason. */\n',
      `export type ReportView = ${textOf(REPORT, 'output')};\n`,
    ].join(''),
    'core/contract/requests.d.ts': [
      HEADER,
      interfaceText('Requests', REQUESTS, 'input'),
      '/** The JSON body that a route takes. */\n',
      'export type RequestOf<R extends keyof Requests> = Requests[R];\n',
    ].join(''),
    'client/profile.d.ts': [
      '/** What one system needs to talk to one axis: its key, its agencies\u2019 signing keys, and whom it trusts. */\n',
      `export type Profile = ${textOf(PROFILE, 'output')};\n`,
      '/** Reads a profile from the text of its file. @throws TypeError naming the members that are wrong */\n',
      'export declare function readProfile(json: string): Profile;\n',
    ].join(''),
  };
}
