// The version of sdp stands in several files. It is set in all of them at once, by "npm run release -- --version X.Y.Z".
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const number = String.raw`\d+\.\d+\.\d+`;

/** Where the version stands, and the text around it. Of a file with several places, all are found. */
const places = [
  ['package.json', /(?<="name": "sdp",\n {2}"version": ")[^"]+/g],
  ['package-lock.json', /(?<="name": "sdp",\n +"version": ")[^"]+/g],
  ['runner/pom.xml', /(?<=<artifactId>sdp-runner<\/artifactId>\n {2}<version>)[^<]+/g],
  [
    'connect-plugins/vertica-sink/pom.xml',
    /(?<=<artifactId>vertica-sink<\/artifactId>\n {2}<version>)[^<]+/g,
  ],
  [
    'connect-plugins/vertica-sink/src/test/java/internal/sdp/connect/vertica/ConfigTest.java',
    /(?<=assertEquals\(")[^"]+(?=", new VerticaSinkConnector\(\)\.version\(\)\))/g,
  ],
  ...['terraform', 'python-job', 'java-job'].map((name) => [
    `ci-templates/templates/${name}/template.yml`,
    new RegExp(`(?<=sdp-ci:)${number}`, 'g'),
  ]),
  ['ci-templates/README.md', new RegExp(`(?<=@|ref: )${number}`, 'g')],
  ['src/connectors/vertica-sink/template.ts', /(?<=^const version = ')[^']+/gm],
  ['docs/connectors/vertica-sink.md', new RegExp(`(?<=internal\\.sdp:vertica-sink:)${number}`, 'g')],
  ['test/full/change-data/main.tf', new RegExp(`(?<=artifact = "vertica-sink", version = ")${number}`, 'g')],
];

/** `[file, version]` for each place; a file that has none any more is an error. */
export function readVersions(root) {
  return places.flatMap(([file, pattern]) => {
    const found = readFileSync(join(root, file), 'utf8').match(pattern) ?? [];
    if (found.length === 0) throw new Error(`${file} has no version where scripts/version.js looks for it`);
    return found.map((version) => [file, version]);
  });
}

/** Writes another version into all files, and answers those that changed. */
export function setVersion(root, version) {
  return places.flatMap(([file, pattern]) => {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(pattern, version);
    if (changed === text) return [];
    writeFileSync(path, changed);
    return [file];
  });
}
