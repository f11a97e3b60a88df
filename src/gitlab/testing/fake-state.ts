import type { FakeToken } from './fake-tokens.ts';

/** A note, as the API answers it. */
export interface FakeNote {
  readonly id: number;
  readonly body: string;
  readonly author: { readonly id: number; readonly username: string; readonly name: string };
  readonly system: boolean;
  readonly internal: boolean;
  readonly resolvable: boolean;
  readonly noteable_type: 'MergeRequest';
  readonly noteable_iid: number;
  readonly project_id: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A merge request, as the API answers it. */
export interface FakeMergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly project_id: number;
  readonly source_project_id: number;
  readonly target_project_id: number;
  readonly title: string;
  readonly description: string | null;
  readonly state: 'opened' | 'closed' | 'merged';
  readonly source_branch: string;
  readonly target_branch: string;
  readonly force_remove_source_branch: boolean | null;
  readonly author: FakeNote['author'];
  readonly web_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FakeProject {
  readonly id: number;
  readonly path: string;
  readonly repository: string;
  readonly defaultBranch: string;
}

/** What the server knows; the API's code changes it. */
export interface FakeState {
  readonly url: string;
  readonly tokens: readonly FakeToken[];
  readonly projects: readonly FakeProject[];
  notes: readonly FakeNote[];
  mergeRequests: readonly FakeMergeRequest[];
  /** The last that was given. */
  id: number;
}
