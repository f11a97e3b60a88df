import type { ApiClient } from '../apiclient/client.ts';
import type { ReportProgress } from './download-cache.ts';

/** Everything about one container that a launcher may depend on. Paths are absolute, ports are taken and loopback. */
export interface LaunchContext {
  readonly namespace: string;
  readonly pod: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Host folder of each volume by its mount path in the container: `/flink-data` → `…/volumes/default/flink-data`. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Real port by the name of the container port. */
  readonly ports: Readonly<Record<string, number>>;
  /** Real port by the number that the container declares: `9249` → `27113`. */
  readonly containerPorts: Readonly<Record<number, number>>;
  /** A folder for generated files, kept over restarts. */
  readonly workFolder: string;
  /** A folder with `token`, `ca.crt`, `namespace` and `kubeconfig` of the pod's ServiceAccount. */
  readonly serviceAccountFolder: string;
  /** Tells what a long preparation is doing. */
  report(message: string): void;
  /** Ends a preparation whose pod is gone. */
  readonly signal: AbortSignal;
  /** Where a Service of the pod's namespace answers, or `undefined` when no pod behind it does yet. */
  resolveService(service: string, port: string): { readonly host: string; readonly port: number } | undefined;
  /**
   * Where a `host:port` of the cluster's network answers on this machine: `my-service.namespace.svc:9092`. Addresses that
   * are not of a Service stay as they are; `undefined` when no pod behind the Service is ready yet.
   */
  resolveAddress(address: string): string | undefined;
}

export interface LaunchFile {
  readonly path: string;
  readonly content: string;
}

/** What is to be run for a container. Pure data. */
export interface LaunchPlan {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly files: readonly LaunchFile[];
  /** A command that has to end well before the process starts, each time: formatting a storage folder. */
  readonly before?: readonly [string, ...string[]];
  /** A class data archive that the process writes when it ends, to be moved into place then. */
  readonly archive?: { readonly draft: string; readonly file: string };
}

/** A container image that runs here as a process of an engine. */
export interface Engine<Installation = unknown> {
  readonly name: string;
  /** Whether this engine stands in for the image. */
  runs(image: string): boolean;
  install(report: ReportProgress, signal: AbortSignal): Promise<Installation>;
  /** `undefined` while something it needs is not there yet (a Service without a ready pod). */
  plan(installation: Installation, context: LaunchContext): Promise<LaunchPlan | undefined>;
  /** Called before each start, when an earlier process of the pod is known to be dead. */
  beforeStart?(client: ApiClient, context: LaunchContext): Promise<void>;
  /** Why a process ended, by the last lines of its log. */
  findCause?(lines: readonly string[]): string | undefined;
}

/** The last part of an image's name without tag: `flink` of `docker.io/library/flink:2.2.0`. */
export function imageName(image: string): string {
  return image.split('/').at(-1)?.split(/[:@]/)[0] ?? image;
}
