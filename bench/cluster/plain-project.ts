import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraformSettings } from '../large-project/large-project.ts';

/**
 * Writes a project of so many resources without modules, in the namespace of the project's name: half topics, three tenths
 * jobs with a jar, a fifth connectors. The floor has the same attributes in `terraform_data`.
 */
export function writePlainProject(
  path: string,
  resources: number,
  stateAddress: string,
  project: string | undefined,
): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'main.tf'), terraformSettings(stateAddress, project, project));
  const declarations = Array.from({ length: resources }, (_, index) => {
    const { type, attributes } = resourceAt(index);
    return project === undefined
      ? `resource "terraform_data" "object_${index}" {\n  input = {\n${attributes}  }\n}\n`
      : `resource "sdp_${type}" "object_${index}" {\n${attributes}}\n`;
  });
  writeFileSync(join(path, 'objects.tf'), declarations.join('\n'));
}

function resourceAt(index: number): { readonly type: string; readonly attributes: string } {
  const place = index % 10;
  // One of its own topics: a plan waits a moment for what is mentioned and not there yet.
  const topic = `topic-${index - place}`;
  if (place < 5) {
    return {
      type: 'kafka_topic',
      attributes: `  name       = "topic-${index}"
  cluster    = "kafka"
  partitions = ${1 + (index % 12)}
  config     = { "retention.ms" = "${86_400_000 * (1 + (index % 7))}", "cleanup.policy" = "delete" }
`,
    };
  }
  if (place < 8) {
    return {
      type: 'flink_session_job',
      attributes: `  name            = "job-${index}"
  deployment_name = "session"
  flink_configuration = {
    "execution.checkpointing.interval" = "60 s"
  }
  job = {
    jar_uri      = "https://artifacts.example.com/orders/orders-1.4.0.jar"
    args         = ["--from", "${topic}", "--to", "topic-${index - place + 1}"]
    parallelism  = ${1 + (index % 4)}
    upgrade_mode = "savepoint"
  }
`,
    };
  }
  return {
    type: 'kafka_connector',
    attributes: `  name      = "connector-${index}"
  cluster   = "connect"
  class     = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  tasks_max = 1
  config    = { topics = "${topic}", file = "/tmp/connector-${index}.txt" }
`,
  };
}
