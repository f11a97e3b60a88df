import { expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { sqlRunnerEntryClass } from '../../sql/revision.ts';
import { pythonRunnerEntryClass } from '../flink-job/python-runner.ts';
import { assessJobHealth } from './health.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

const simulation = useSimulation();
const pythonProgram = { ...program, entryClass: pythonRunnerEntryClass, args: ['runs'] };

it('waits until PyFlink is installed, and says how far that is', async () => {
  const { job } = simulation;
  job.pyflink = () => 'Installing PyFlink 2.2.0: 120 of 610 MB';
  await job.create(pythonProgram);
  await job.settle();
  expect(job.newLog()).toEqual([
    'EVENT Submit: Starting deployment',
    'EVENT Pulling: Installing PyFlink 2.2.0: 120 of 610 MB',
  ]);
  const waiting = await job.resource();
  expect(waiting && assessJobHealth(waiting)).toEqual({
    state: 'progressing',
    message: 'Installing PyFlink 2.2.0: 120 of 610 MB',
  });
  job.pyflink = () => 'Installing PyFlink 2.2.0: 300 of 610 MB';
  await job.step();
  expect(job.newLog()).toEqual([]);
  job.pyflink = () => undefined;
  await job.settle();
  expect(job.newLog()).toContain('EVENT Pulled: PyFlink is installed');
  const after = await job.resource();
  expect(after?.metadata.annotations ?? {}).toEqual({});
  expect(after?.status?.jobStatus?.state).toBe('RUNNING');
});

it('goes on waiting where another operator left off', async () => {
  const { job } = simulation;
  job.pyflink = () => 'Installing PyFlink 2.2.0';
  await job.create(pythonProgram);
  await job.settle();
  job.newLog();
  job.restartOperator();
  job.pyflink = () => undefined;
  await job.settle();
  expect((await job.standing()).state).toBe('RUNNING');
});

it('says why PyFlink cannot be installed, and tries again', async () => {
  const { job } = simulation;
  job.pyflink = () => {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'MissingPrerequisite',
      summary: 'There is no Python',
      detail: 'Install one.',
    });
  };
  await job.create(pythonProgram);
  for (let step = 0; step < 6; step += 1) await job.step();
  expect((await job.standing()).error).toContain('There is no Python: Install one.');
  job.pyflink = () => undefined;
  await job.settle();
  expect(await job.standing()).toMatchObject({ state: 'RUNNING', error: undefined });
});

it('asks for PyFlink only where the job needs that of the platform', async () => {
  const { job } = simulation;
  job.pyflink = () => {
    throw new Error('nobody needs it');
  };
  await job.create(program);
  await job.settle();
  expect((await job.standing()).state).toBe('RUNNING');
  const own = await simulation.open();
  own.pyflink = job.pyflink;
  const python = { 'python.executable': '/opt/python', 'python.client.executable': '/opt/python' };
  await own.create(pythonProgram, python);
  await own.settle();
  expect((await own.standing()).state).toBe('RUNNING');
});

it('waits for it where SQL brings functions of Python, and not for other SQL', async () => {
  const sql = { ...program, entryClass: sqlRunnerEntryClass, args: ['runs'] };
  const { job } = simulation;
  job.pyflink = () => 'Installing PyFlink 2.2.0';
  await job.create(sql);
  await job.settle();
  expect((await job.standing()).state).toBe('RUNNING');
  const calls = await simulation.open();
  calls.pyflink = job.pyflink;
  await calls.create(sql, { 'python.files': '/tmp/sdp-python/a' });
  await calls.settle();
  expect(calls.newLog()).toContain('EVENT Pulling: Installing PyFlink 2.2.0');
});
