import type { Artifact } from './store.ts';
import type { TokenAbout } from './tokens.ts';

/** Below the registry's address; what `sdp artifacts` asks. */
export const artifactsPath = '/api/v1/artifacts';
export const tokensPath = '/api/v1/tokens';

/** GET of artifacts: a list of these. */
export interface ArtifactAnswer extends Artifact {
  /** `namespace/name` of jobs and clusters. */
  readonly usedBy: readonly string[];
}

/** POST of tokens takes `name` and `expires` (RFC 3339), and answers this; the token is not told again. */
export interface TokenAnswer extends TokenAbout {
  readonly token: string;
}

/** What is answered in the place of these. */
export interface RefusalAnswer {
  readonly summary: string;
  readonly message: string;
}
