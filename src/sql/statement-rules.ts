import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt, type ReadStatement, type SqlFile } from './sql-file.ts';

/** What a job script may hold, by the rule that a script is one job: the same rules as the runner's. */
export function checkScript(script: SqlFile, statements: readonly ReadStatement[]): readonly Diagnostic[] {
  const diagnostics = statements.flatMap((statement) => checkScriptStatement(statement) ?? []);
  const inserts = statements.filter(isInsert);
  const tablesFromQueries = statements.filter((read) => read.names.creates?.fromQuery === true);
  const [firstFromQuery, secondFromQuery] = tablesFromQueries;
  const beside = inserts.length > 0 ? firstFromQuery : secondFromQuery;
  if (beside !== undefined) {
    diagnostics.push(
      errorAt(
        beside,
        0,
        'SqlStatementUnsupported',
        'CREATE TABLE … AS cannot share a script',
        'It starts a job of its own, and a script is one job. Create the table by itself and fill it with an INSERT.',
      ),
    );
  }
  if (inserts.length === 0 && tablesFromQueries.length === 0) {
    diagnostics.push({
      severity: 'error',
      reason: 'SqlInsertMissing',
      summary: 'The script writes nothing',
      detail: `${script.path} has no INSERT, so there is no job to run. Write the result into a table: INSERT INTO … SELECT ….`,
      source: { file: script.path },
    });
  }
  return diagnostics;
}

/** What a DDL file may hold: definitions only, since no script says in which order files run. */
export function checkDdl(read: ReadStatement): Diagnostic | undefined {
  const { creates } = read.names;
  if (creates === undefined) {
    return errorAt(
      read,
      0,
      'SqlStatementUnsupported',
      `${describe(read)} in a DDL file`,
      'DDL files hold CREATE statements only: they run for every script that reaches them, in an order of their dependencies. Move this statement into the script, and qualify names instead of USE.',
    );
  }
  if (creates.fromQuery) {
    return errorAt(
      read,
      0,
      'SqlStatementUnsupported',
      'CREATE TABLE … AS in a DDL file',
      'It would start a job for every script that reaches it. Declare the columns, and fill the table by a script of its own.',
    );
  }
  return undefined;
}

function checkScriptStatement(read: ReadStatement): Diagnostic | undefined {
  if (isInsert(read)) return undefined;
  if (read.statement.inSet) {
    return errorAt(
      read,
      0,
      'SqlStatementUnsupported',
      `${describe(read)} inside a statement set`,
      'A statement set holds INSERT statements only. Move this statement before the set.',
    );
  }
  const [first = ''] = read.words;
  if (['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(first) || first === '') {
    return errorAt(
      read,
      0,
      'SqlStatementUnsupported',
      'A query whose rows go nowhere',
      'A deployed script has no terminal to print to. Write the rows into a table: INSERT INTO … SELECT ….',
    );
  }
  if (['UPDATE', 'DELETE', 'CALL', 'STOP', 'EXECUTE', 'COMPILE'].includes(first)) {
    return errorAt(
      read,
      0,
      'SqlStatementUnsupported',
      `${describe(read)} in a job script`,
      'It would start a job, or change one, beside the one that the script is. Run it by itself.',
    );
  }
  return undefined;
}

function isInsert(read: ReadStatement): boolean {
  return read.words[0] === 'INSERT';
}

function describe(read: ReadStatement): string {
  const words = read.words.slice(0, 2).join(' ');
  return words === '' ? 'This statement' : words;
}
