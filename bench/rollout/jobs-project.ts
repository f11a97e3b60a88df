import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import { terraformSettings } from '../large-project/large-project.ts';

export interface JobsOptions {
  /** Of the project, and the beginning of its jobs' names. */
  readonly name: string;
  readonly jobs: number;
  /** Whether each job has the wait for its rollout. */
  readonly wait: boolean;
}

export interface JobsProject {
  /** Changes so many of the jobs, all of them to the same number. */
  setParallelism(jobs: number, parallelism: number): void;
}

/** A project of SQL jobs, each a module call with an INSERT of its own. */
export function writeJobsProject(
  folder: string,
  stateAddress: string,
  { name, jobs, wait }: JobsOptions,
): JobsProject {
  for (const part of ['sql/ddl', 'sql/jobs']) mkdirSync(join(folder, part), { recursive: true });
  cpSync(packageFile('terraform-modules', 'flink', 'sql-job'), join(folder, 'modules', 'sql-job'), {
    recursive: true,
  });
  writeFileSync(join(folder, 'main.tf'), terraformSettings(stateAddress, name));
  writeFileSync(join(folder, 'sql', 'ddl', 'tables.sql'), tables);
  for (let job = 0; job < jobs; job += 1) {
    writeFileSync(join(folder, 'sql', 'jobs', `${name}-${job}.sql`), scriptOf(job));
  }
  const numbers = Array.from({ length: jobs }, () => 1);
  const write = () =>
    writeFileSync(
      join(folder, 'jobs.tf'),
      numbers.map((parallelism, job) => callOf(`${name}-${job}`, parallelism, wait)).join('\n'),
    );
  write();
  return {
    setParallelism(count, parallelism) {
      numbers.fill(parallelism, 0, count);
      write();
    },
  };
}

function callOf(name: string, parallelism: number, wait: boolean): string {
  return `module "${name}" {
  source = "./modules/sql-job"

  job_name    = "${name}"
  parallelism = ${parallelism}
  wait        = ${wait}
}
`;
}

const tables = `CREATE TABLE orders (customer STRING, price DECIMAL(10, 2)) WITH (
  'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE totals (customer STRING, price DECIMAL(10, 2), PRIMARY KEY (customer) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'totals', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'json', 'value.format' = 'json');
`;

function scriptOf(job: number): string {
  return `INSERT INTO totals SELECT customer, SUM(price) FROM orders WHERE price > ${job} GROUP BY customer;\n`;
}
