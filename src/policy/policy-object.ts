import type { Manifest } from '../apiclient/object.ts';
import type { ObjectName, SourcePosition } from '../diagnostics/diagnostic.ts';
import type { PlanAction, RowVerdict } from '../terraform/plan-rows.ts';

/** An object of a plan, as rules see it. */
export interface PolicyObject {
  readonly object: ObjectName;
  /** As it will be; as it was, where it goes. Absent where something of it is only known while the plan is applied. */
  readonly manifest?: Manifest;
  /** What is not known yet, in words. */
  readonly unknown?: string;
  /** Absent where nothing changes. */
  readonly change?: { readonly action: PlanAction; readonly verdict: RowVerdict; readonly reason: string };
  readonly address?: string;
  /** Where the project's files declare it. */
  readonly source?: SourcePosition;
  /** Where its arguments stand there, by their names. */
  readonly inputs?: ReadonlyMap<string, SourcePosition>;
}

/** Whether it is there after the change. */
export function stays({ change }: PolicyObject): boolean {
  return change?.action !== 'destroy' && change?.action !== 'forget';
}
