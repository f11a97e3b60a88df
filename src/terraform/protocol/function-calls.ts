import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { FunctionParameter, ProviderFunction } from '../framework/resource.ts';
import type { Type } from '../framework/value.ts';
import { attempt } from './answering.ts';
import { toDiagnosticMessage } from './diagnostic-codec.ts';
import type { FunctionMessage, FunctionParameterMessage, ProviderService } from './messages.ts';
import { fromDynamicValue, toDynamicValue } from './value-codec.ts';

/** Functions as calls of the protocol (6.5, Terraform 1.8). */
export function serveFunctions(
  functions: readonly ProviderFunction[],
): Pick<ProviderService, 'GetFunctions' | 'CallFunction'> {
  return {
    async GetFunctions() {
      return { diagnostics: [], functions: toFunctionMessages(functions) };
    },

    async CallFunction({ name, arguments: messages = [] }) {
      const called = functions.find((item) => item.name === name);
      if (called === undefined) throw new Error(`no function ${name}`);
      const types = [
        ...called.parameters,
        ...messages.slice(called.parameters.length).flatMap(() => called.variadic ?? []),
      ].map(({ type }) => type);
      const args = messages.map((message, index) => fromDynamicValue(types[index] ?? 'dynamic', message));
      const { value, diagnostics } = await attempt(() => called.call(args));
      const problems = [...diagnostics, ...(value?.diagnostics ?? [])].filter(
        ({ severity }) => severity === 'error',
      );
      if (value?.value === undefined || problems.length > 0) return { error: toFunctionError(problems) };
      return { result: toDynamicValue(called.returns, value.value) };
    },
  };
}

export function toFunctionMessages(
  functions: readonly ProviderFunction[],
): Readonly<Record<string, FunctionMessage>> {
  return Object.fromEntries(
    functions.map(({ name, summary, description, parameters, variadic, returns }) => [
      name,
      {
        summary,
        description,
        parameters: parameters.map(toParameterMessage),
        ...(variadic !== undefined && { variadic_parameter: toParameterMessage(variadic) }),
        return: { type: toTypeMessage(returns) },
      },
    ]),
  );
}

function toParameterMessage({ name, type, description }: FunctionParameter): FunctionParameterMessage {
  return { name, type: toTypeMessage(type), description };
}

function toTypeMessage(type: Type): Uint8Array {
  return Buffer.from(JSON.stringify(type));
}

/** An answer has room for one text; Terraform names the function and the argument itself. */
function toFunctionError(problems: readonly Diagnostic[]) {
  const argument = problems[0]?.path?.[0];
  const texts = problems.map((problem) => {
    const { summary, detail } = toDiagnosticMessage([], problem);
    return `${summary}. ${detail}`;
  });
  return {
    text: texts.join('\n'),
    ...(typeof argument === 'number' && { function_argument: argument }),
  };
}
