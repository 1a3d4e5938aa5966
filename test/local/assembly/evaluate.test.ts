import { describe, expect, test } from 'vitest';
import { evaluate, type Scope } from '../../../local/assembly/evaluate.ts';
import { evaluateCondition } from '../../../local/assembly/evaluateCondition.ts';
import type { Json } from '../../../local/assembly/json.ts';

const scope: Scope = {
  where: 'Stack/Thing',
  region: 'ap-southeast-1',
  reference: (name) => ({ Queue: 'queue-url', List: ['a', 'b'], Number: 7 })[name],
  attribute: (id, name) => `${id}#${name}`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('/'),
  exported: (name) => `export of ${name}`,
  stackOutput: (stack, output) => `${stack}!${output}`,
};

describe('an intrinsic function gives what CloudFormation gives', () => {
  const table: [string, Json, Json | undefined][] = [
    ['Ref', { Ref: 'Queue' }, 'queue-url'],
    ['Ref to AWS::NoValue', { Ref: 'AWS::NoValue' }, undefined],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue#Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Nested.Outputs.Arn' }, 'Nested#Outputs.Arn'],
    ['Fn::Join', { 'Fn::Join': [':', ['arn', { Ref: 'Queue' }, 3]] }, 'arn:queue-url:3'],
    ['Fn::Join of a split', { 'Fn::Join': ['-', { 'Fn::Split': ['/', 'a/b'] }] }, 'a-b'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template language of Fn::Sub
    ['Fn::Sub', { 'Fn::Sub': '${Queue}/${Queue.Arn}/${!Kept}' }, 'queue-url/Queue#Arn/${Kept}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template language of Fn::Sub
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Own}-${Number}', { Own: { Ref: 'Queue' } }] }, 'queue-url-7'],
    ['Fn::Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
    ['Fn::Split', { 'Fn::Split': [',', 'x,y'] }, ['x', 'y']],
    ['Fn::If, true', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    ['Fn::If, false', { 'Fn::If': ['No', 'then', { Ref: 'AWS::NoValue' }] }, undefined],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Join': ['', ['A', 'B']] } }, 'export of AB'],
    ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O' } }, 'S!O'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'Queue' }, 'k'] }, 'M/queue-url/k'],
    ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['ap-southeast-1a', 'ap-southeast-1b', 'ap-southeast-1c']],
    ['Fn::Length', { 'Fn::Length': { Ref: 'List' } }, 2],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { q: { Ref: 'Queue' } } }, '{"q":"queue-url"}'],
    [
      'removed members and items',
      { keep: 1, gone: { Ref: 'AWS::NoValue' }, list: [1, { Ref: 'AWS::NoValue' }] },
      { keep: 1, list: [1] },
    ],
    ['an object with one ordinary member', { Ordinary: { Ref: 'Queue' } }, { Ordinary: 'queue-url' }],
  ];
  test.each(table)('%s', (_name, value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });
});

describe('a condition function gives what CloudFormation gives', () => {
  const table: [string, Json, boolean][] = [
    ['Fn::Equals, equal', { 'Fn::Equals': [{ Ref: 'Queue' }, 'queue-url'] }, true],
    ['Fn::Equals, different', { 'Fn::Equals': [{ Ref: 'Queue' }, 'other'] }, false],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'a'] }] }, true],
  ];
  test.each(table)('%s', (_name, value, expected) => {
    expect(evaluateCondition(value, scope)).toBe(expected);
  });
});

describe('what is not known is refused by name', () => {
  const table: [string, Json, RegExp][] = [
    ['an unknown intrinsic', { 'Fn::Transform': {} }, /Fn::Transform is not supported.*Stack\/Thing/],
    ['a network intrinsic', { 'Fn::Cidr': ['10.0.0.0/8', 2, 8] }, /Fn::Cidr/],
    ['a condition function outside Conditions', { 'Fn::Equals': ['a', 'a'] }, /Fn::Equals/],
    ['an index beyond the list', { 'Fn::Select': [9, ['a']] }, /index within the list/],
    ['an object in a join', { 'Fn::Join': ['', [{ a: 1, b: 2 }]] }, /a string expected/],
    ['too few arguments', { 'Fn::Join': [''] }, /2 arguments/],
  ];
  test.each(table)('%s', (_name, value, message) => {
    expect(() => evaluate(value, scope)).toThrow(message);
  });
  test('an unknown condition function', () => {
    expect(() => evaluateCondition({ 'Fn::Contains': [] }, scope)).toThrow(/Fn::Contains/);
  });
});
