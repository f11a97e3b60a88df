/** Bundles the provider into one executable file. Without `version` it is a development build, 0.1.N. */
export function buildProvider(options: {
  readonly outfile: string;
  readonly version?: string;
}): Promise<{ readonly version: string }>;

/** The descriptors of the .proto files as JSON. */
export function parseProtocol(): string;
