import type { SourcePosition } from '../../diagnostics/diagnostic.ts';
import type { Value } from '../framework/value.ts';

/** An expression of Terraform's language, as far as it can be evaluated without Terraform. */
export type Expression =
  | { readonly is: 'literal'; readonly value: Value }
  /** Its parts as one text. */
  | { readonly is: 'template'; readonly parts: readonly Expression[] }
  | { readonly is: 'tuple'; readonly items: readonly Expression[] }
  | { readonly is: 'object'; readonly entries: readonly Entry[] }
  /** `var`, `local`, the name of a `for`. */
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly is: 'index'; readonly of: Expression; readonly key: Expression }
  /** `of[*]` with what follows applied to each: `each` has the item as the name `splatItem`. */
  | { readonly is: 'splat'; readonly of: Expression; readonly each: Expression }
  | {
      readonly is: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      /** The last argument is a list of arguments. */
      readonly spreads: boolean;
    }
  | {
      readonly is: 'conditional';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly is: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly is: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly is: 'for';
      readonly names: readonly string[];
      readonly over: Expression;
      /** Of an object; a tuple has none. */
      readonly key: Expression | undefined;
      readonly value: Expression;
      readonly condition: Expression | undefined;
      /** Values with equal keys become lists. */
      readonly groups: boolean;
    }
  /** Known to Terraform alone: directives in templates, and syntax newer than the grammar. */
  | { readonly is: 'opaque' };

export interface Entry {
  readonly key: Expression;
  readonly value: Expression;
}

export interface Attribute {
  readonly value: Expression;
  readonly at: SourcePosition;
}

/** `resource "type" "name" { … }` */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
  readonly at: SourcePosition;
}

/** What stands for the item in the `each` of a splat: no identifier can be called so. */
export const splatItem = '*';
