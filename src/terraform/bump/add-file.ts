import { isNamed } from './artifact-address.ts';
import { artifactProblem } from './artifact-hash.ts';
import { findArtifacts, type ProjectText } from './artifact-uses.ts';
import type { AskHash, BumpTarget } from './decide-bump.ts';

/**
 * Fills in the file that a project takes a new artifact in by: `{{version}}`, `{{uri}}` and `{{sha256}}`. `parse` throws where the text
 * is no HCL.
 */
export async function fillTemplate(
  template: string,
  file: string,
  { artifact, version, uri, sha256 }: BumpTarget,
  askHash: AskHash,
  parse: (text: string) => ProjectText,
): Promise<{ readonly text: string; readonly sha256?: string }> {
  const unknown = [...template.matchAll(/\{\{\s*([\w.-]*)\s*\}\}/g)]
    .map(([all, name]) => ({ all, name }))
    .find(({ name }) => !['version', 'uri', 'sha256'].includes(name ?? ''));
  if (unknown !== undefined) {
    throw artifactProblem(
      'TemplateInvalid',
      `${file} has a place that nothing is known for: ${unknown.all}`,
      '{{version}}, {{uri}} and {{sha256}} are filled in.',
    );
  }
  const fill = (hash: string) =>
    template.replaceAll(/\{\{\s*(version|uri|sha256)\s*\}\}/g, (_, name: string) => {
      if (name === 'version') return version;
      return name === 'uri' ? (uri ?? '') : hash;
    });
  if (uri === undefined && /\{\{\s*uri\s*\}\}/.test(template)) {
    throw artifactProblem(
      'UriNeeded',
      `${file} has {{uri}}, and no address is known`,
      'The project has no address of the artifact yet that a new one could be made from. Give it by --uri.',
    );
  }
  const places = parse(fill('0'.repeat(64)));
  const use = findArtifacts([places], artifact).uses.find(({ artifact: { name } }) =>
    isNamed(name, artifact),
  );
  if (use === undefined) {
    throw artifactProblem(
      'TemplateInvalid',
      `${file} does not use ${artifact}`,
      `No attribute in it is the address of a file ${artifact}-${version}.tar.gz, .whl, .zip or .jar, so the next version would not find it. Write the address as one text: archive_uri = "{{uri}}".`,
    );
  }
  const needsHash = /\{\{\s*sha256\s*\}\}/.test(template);
  const hash = sha256 ?? (needsHash ? await askHash(use.artifact.address) : undefined);
  return { text: fill(hash ?? ''), ...(hash !== undefined && { sha256: hash }) };
}
