import type { ApiClient } from '../../apiclient/client.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Log } from '../protocol/log.ts';
import type { Declared } from './declarations.ts';
import { createDryRuns, type DryRuns } from './dry-run.ts';
import { createEngineLooks, type EngineLooks } from './engine-looks.ts';
import { createListings, type Listings } from './listings.ts';
import { createObjectFeed, type ObjectFeed } from './object-feed.ts';
import { type Patience, withPatience } from './patient-client.ts';
import { createDiscovery, type Discovery } from './resource-types.ts';
import { createServices, type Services } from './services.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';

/** Opens the one connection of a configured provider; diagnostics as DiagnosticError. */
export type Connect = (target: Target) => Promise<ApiClient>;

/** Which API, as the provider's arguments say. Absent means the environment's. */
export interface Target {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The provider's arguments; undefined what is not known yet while planning. */
export interface Settings {
  readonly project: string | undefined;
  readonly namespace: string | undefined;
  readonly target: Target | undefined;
}

/** What resources need of the configured provider. One per ConfigureProvider call. */
export interface Session {
  readonly settings: Settings;
  readonly version: string;
  readonly log: Log;
  /** What is planned of the configuration is not carried out: `destroyVariable`. */
  readonly destroying: boolean;
  /** Aborted by StopProvider. */
  readonly signal: AbortSignal;
  connect(): Promise<ApiClient>;
  readonly listings: Listings;
  readonly discovery: Discovery;
  readonly declared: Declared;
  readonly surroundings: Surroundings;
  readonly services: Services;
  readonly engines: EngineLooks;
  readonly dryRuns: DryRuns;
  /** Objects that are needed and not there, of which was told. */
  readonly missed: Set<string>;
  /** The objects that were created in this run. */
  readonly created: Set<string>;
  readonly feed: ObjectFeed;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly connect: Connect;
  readonly log: Log;
  readonly destroying: boolean;
  readonly signal: AbortSignal;
  readonly patience?: Patience | undefined;
}

export function createSession({
  settings,
  version,
  connect,
  log,
  destroying,
  signal,
  patience,
}: SessionOptions): Session {
  let client: Promise<ApiClient> | undefined;
  // A failure is not kept: in a long-lived process the next call may find the platform up.
  const open = () => {
    if (settings.target === undefined) return Promise.reject(new DiagnosticError(unknownTarget));
    client ??= connect(settings.target).then(
      (opened) => withPatience(opened, signal, patience),
      (error: unknown) => {
        client = undefined;
        throw error;
      },
    );
    return client;
  };
  const listings = createListings(open, signal);
  return {
    settings,
    version,
    log,
    destroying,
    signal,
    connect: open,
    listings,
    discovery: createDiscovery(open),
    declared: new Map(),
    surroundings: createSurroundings(listings, patience),
    services: createServices(open, patience?.answer),
    engines: createEngineLooks(open),
    dryRuns: createDryRuns(),
    missed: new Set(),
    created: new Set(),
    feed: createObjectFeed(open),
    async close() {
      await (await client?.catch(() => undefined))?.close();
    },
  };
}

const unknownTarget: Diagnostic = {
  severity: 'error',
  reason: 'UnknownTarget',
  summary: 'The kubeconfig or context of the sdp provider is not known yet',
  detail:
    'It depends on something that does not exist yet, so nothing can be read. Apply that first (terraform apply -target), or set it to a fixed value.',
};
