import type { ApiObject } from '../json.ts';

/** What a write says besides its object, read from the query by the HTTP layer. */
export interface WriteContext {
  /** The name that fields are recorded under. */
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly subresource?: 'status' | undefined;
  /** The object replaces another one as a whole: its sender has to know which. */
  readonly isReplacement?: boolean;
  /** Fields that the body names twice, by their paths. */
  readonly duplicateFields?: readonly string[];
  /** Texts for Warning headers, collected while the write is prepared. */
  readonly warnings: string[];
  /** Refuses, by throwing, what the sender may write in general and not with this content. */
  readonly admit?: (next: ApiObject) => void;
}

/** `meta/v1` DeleteOptions, as far as they are honoured. */
export interface DeletePreconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly dryRun: boolean;
}
