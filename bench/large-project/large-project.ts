import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kinds } from '../../src/kinds/catalog.ts';
import { packageFile } from '../../src/package-file.ts';

export interface LargeProject {
  /** What is in it, in a line. */
  readonly description: string;
  /** Writes it into a folder; the floor has `terraform_data` in its modules. */
  write(path: string, stateAddress: string, isFloor: boolean): void;
}

/**
 * A project of so many module calls: half topics, three tenths SQL jobs, a fifth connectors. Each job reads one table and
 * writes the next; all jobs are given the files of all tables, as the module does.
 */
export function largeProject(modules: number, tablesAsked: number | undefined): LargeProject {
  const counts = {
    topics: Math.round(modules * 0.5),
    jobs: Math.round(modules * 0.3),
    connectors: modules - Math.round(modules * 0.5) - Math.round(modules * 0.3),
  };
  const tables = tablesAsked ?? Math.max(2, Math.round(counts.jobs / 5));
  const hasConnectors =
    existsSync(packageFile('terraform-modules', 'kafka-connect', 'sink')) &&
    kinds.some(({ type, declared }) => type.kind === 'KafkaConnector' && declared !== undefined);
  const others = hasConnectors ? 'sink connectors' : 'more topics, as there is no connector to declare';
  return {
    description: `${modules} modules: ${counts.topics} topics, ${counts.jobs} SQL jobs (${tables} tables), ${counts.connectors} ${others}`,
    // The modules are copied into the project and called by relative paths: Terraform copies none of them again.
    write(path, stateAddress, isFloor) {
      const used = ['kafka/topic', 'flink/sql-job', ...(hasConnectors ? ['kafka-connect/sink'] : [])];
      for (const name of used) {
        const target = join(path, 'modules', name);
        cpSync(packageFile('terraform-modules', name), target, { recursive: true });
        if (!isFloor) continue;
        for (const file of readdirSync(target).filter((item) => item.endsWith('.tf'))) {
          writeFileSync(join(target, file), withoutProvider(readFileSync(join(target, file), 'utf8')));
        }
      }
      const files: Record<string, string> = {
        'main.tf': terraformSettings(stateAddress, isFloor ? undefined : 'bench'),
        'topics.tf': repeat(counts.topics, topicCall),
        'jobs.tf': repeat(counts.jobs, jobCall),
        'connectors.tf': repeat(counts.connectors, hasConnectors ? sinkCall : standInCall),
      };
      for (let job = 0; job < counts.jobs; job += 1) files[`sql/jobs/job-${job}.sql`] = scriptOf(job, tables);
      for (let table = 0; table < tables; table += 1) files[`sql/ddl/table-${table}.sql`] = tableOf(table);
      for (const [name, text] of Object.entries(files)) {
        const file = join(path, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    },
  };
}

function repeat(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join('\n');
}

function topicCall(index: number): string {
  return `module "topic_${index}" {
  source = "./modules/kafka/topic"

  name       = "topic-${index}"
  partitions = ${1 + (index % 12)}
  config     = { "retention.ms" = ${86_400_000 * (1 + (index % 7))}, "cleanup.policy" = "delete" }
  wait       = false
}
`;
}

function jobCall(index: number): string {
  return `module "job_${index}" {
  source = "./modules/flink/sql-job"

  job_name    = "job-${index}"
  parallelism = ${1 + (index % 4)}
  args        = { minimum = "${index}" }
  wait        = false
}
`;
}

function sinkCall(index: number): string {
  return `module "connector_${index}" {
  source = "./modules/kafka-connect/sink"

  name    = "connector-${index}"
  cluster = "connect"
  topics  = "topic-${index}"
  class   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  config  = { file = "/tmp/connector-${index}.txt" }
  wait    = false
}
`;
}

function standInCall(index: number): string {
  return topicCall(index).replaceAll('topic_', 'connector_').replaceAll('"topic-', '"connector-');
}

function scriptOf(job: number, tables: number): string {
  return `-- Orders above a minimum, counted by customer and minute.
INSERT INTO table_${(job + 1) % tables}
SELECT customer, COUNT(*) AS orders, SUM(price) AS price, window_start AS ordered_at
FROM TABLE(TUMBLE(TABLE table_${job % tables}, DESCRIPTOR(ordered_at), INTERVAL '1' MINUTE))
WHERE price > \${minimum}
GROUP BY customer, window_start, window_end;
`;
}

function tableOf(table: number): string {
  return `-- What customers ordered, by the time of the order.
CREATE TABLE table_${table} (
  customer   STRING,
  orders     BIGINT,
  price      DECIMAL(10, 2),
  ordered_at TIMESTAMP(3),
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'topic-${table}',
  'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'properties.group.id' = 'bench',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
`;
}

/**
 * A module's file with `terraform_data` for every resource of sdp's: the same attributes, kept in the state once.
 * Resources are written as `terraform fmt` leaves them.
 */
function withoutProvider(text: string): string {
  const resource = /^resource "sdp_(\w+)" "(\w+)" \{\n([\s\S]*?)^\}$/gm;
  return text
    .replace(resource, (_, type: string, name: string, body: string) => {
      const blocks = body.match(/^ {2}\w+ \{\n[\s\S]*?^ {2}\}$/gm) ?? [];
      const rest = blocks.reduce((left, block) => left.replace(block, ''), body);
      const meta = rest.match(/^ {2}(count|for_each|depends_on|provider) .*$/gm) ?? [];
      const attributes = meta.reduce((left, line) => left.replace(line, ''), rest);
      return `resource "terraform_data" "sdp_${type}_${name}" {\n${meta.join('\n')}\ntriggers_replace = {\n${attributes}}\n${blocks.join('\n')}\n}`;
    })
    .replace(
      /\bsdp_(\w+)\.(\w+)(\[[^\]]*\])?(\.\w+)?/g,
      (_, type: string, name: string, index = '', attribute?: string) => {
        const known = ['.revision', '.id'].includes(attribute ?? '')
          ? '.id'
          : `.triggers_replace${attribute}`;
        return `terraform_data.sdp_${type}_${name}${index}${attribute === undefined ? '' : known}`;
      },
    )
    .replace(/^ {2}required_providers \{\n[\s\S]*?^ {2}\}\n/gm, '');
}

/** The head of a project whose state lies at the address; without sdp's provider where no project is named. */
export function terraformSettings(
  stateAddress: string,
  project: string | undefined,
  namespace = 'default',
): string {
  const backend = httpBackend(stateAddress);
  if (project === undefined) return `terraform {\n${backend}}\n`;
  return `terraform {
${backend}  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}

provider "sdp" {
  project   = "${project}"
  namespace = "${namespace}"
}
`;
}

/** A block of the block `terraform`. */
export function httpBackend(stateAddress: string): string {
  return `  backend "http" {
    address        = "${stateAddress}"
    lock_address   = "${stateAddress}/lock"
    lock_method    = "POST"
    unlock_address = "${stateAddress}/lock"
    unlock_method  = "DELETE"
  }
`;
}
