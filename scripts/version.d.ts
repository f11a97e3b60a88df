/** `[file, version]` for each place where the version of sdp stands; a file that has none any more is an error. */
export function readVersions(root: string): readonly (readonly [file: string, version: string])[];

/** Writes another version into all files, and answers those that changed. */
export function setVersion(root: string, version: string): readonly string[];
