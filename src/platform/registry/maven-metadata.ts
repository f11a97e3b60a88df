import type { Artifact } from './store.ts';

/** `maven-metadata.xml` of an artifact: its versions as they were published, the last of which is the latest. */
export function buildMavenMetadata(artifacts: readonly Artifact[]): string {
  const [group = '', artifact = ''] = artifacts[0]?.name.split(':') ?? [];
  const published = ({ files }: Artifact) => files[0]?.published ?? '';
  const inOrder = artifacts.toSorted((left, right) => (published(left) < published(right) ? -1 : 1));
  const versions = inOrder.map(({ version }) => version);
  const times = artifacts.flatMap(({ files }) => files.map((file) => file.published));
  const updated = (times.toSorted().at(-1) ?? '').replace(/\D/g, '').slice(0, 14);
  return `<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>${group}</groupId>
  <artifactId>${artifact}</artifactId>
  <versioning>
    <latest>${versions.at(-1)}</latest>
    <release>${versions.at(-1)}</release>
    <versions>
${versions.map((version) => `      <version>${version}</version>\n`).join('')}    </versions>
    <lastUpdated>${updated}</lastUpdated>
  </versioning>
</metadata>
`;
}
