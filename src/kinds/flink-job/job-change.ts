import type { SpecChange } from '../reconciled-spec.ts';
import type { Configuration } from './configuration.ts';
import type { FieldRules } from './field-rules.ts';
import type { JobDigest } from './job-digest.ts';
import type { NewFlink } from './new-flink.ts';
import type { JobSpec } from './spec.ts';

/** A change of a job that stays the same object. */
export interface JobChange {
  readonly name: string;
  readonly kind: 'session' | 'application';
  readonly before: JobSpec;
  readonly after: JobSpec;
  /** The configuration that it runs under, and that it shall. */
  readonly running: Configuration;
  readonly planned: Configuration;
  /** Absent where the Flink version stays. */
  readonly newVersion: NewFlink | undefined;
  /** TaskManagers come and go under the running job (standalone, reactive). */
  readonly reactive: boolean;
  readonly rules: FieldRules;
  /** At least one. */
  readonly changes: readonly SpecChange[];
  readonly digest: JobDigest | undefined;
}

export function isSuspended({ state }: JobSpec): boolean {
  return state === 'suspended';
}
