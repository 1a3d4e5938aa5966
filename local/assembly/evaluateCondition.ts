import { evaluate, type Scope } from './evaluate.ts';
import { type Json, listAt, Malformed, objectAt, textAt } from './json.ts';
import { Unsupported } from './unsupported.ts';

/**
 * Evaluates one entry of a template's `Conditions`.
 * @throws Unsupported for a function that is none of Equals, Not, And, Or and Condition.
 * @see AWS CloudFormation User Guide, "Condition functions"
 */
export function evaluateCondition(value: Json | undefined, scope: Scope): boolean {
  if (typeof value === 'boolean') return value;
  const [entry, ...others] = Object.entries(objectAt(value, scope.where));
  if (entry === undefined || others.length > 0) throw new Malformed('one condition function', scope.where);
  const [name, argument] = entry;
  switch (name) {
    case 'Condition':
      return scope.condition(textAt(argument, scope.where));
    case 'Fn::Equals': {
      const [left, right] = operands(name, argument, { least: 2, scope });
      return JSON.stringify(evaluate(left, scope)) === JSON.stringify(evaluate(right, scope));
    }
    case 'Fn::Not':
      return !evaluateCondition(operands(name, argument, { least: 1, scope })[0], scope);
    case 'Fn::And':
      return operands(name, argument, { least: 2, scope }).every((operand) => evaluateCondition(operand, scope));
    case 'Fn::Or':
      return operands(name, argument, { least: 2, scope }).some((operand) => evaluateCondition(operand, scope));
    default:
      throw new Unsupported(`the condition function ${name}`, scope.where);
  }
}

function operands(name: string, argument: Json | undefined, want: { least: number; scope: Scope }): readonly Json[] {
  const list = listAt(argument, `${want.scope.where}: ${name}`);
  if (list.length < want.least) throw new Malformed(`${want.least} operands`, `${want.scope.where}: ${name}`);
  return list;
}
