import { measure } from './flink/measure.ts';

/**
 * Flink jobs on the local platform, warm (engines installed, class data archives recorded), beside the same by hand: the
 * `flink run` command line, and a savepoint upgrade through Flink's REST API. Linux only: memory and command lines are read
 * from /proc.
 *
 * npm run bench -- flink [rounds] [figure…]: figures are start, submit, edit, recover, upgrade, memory; all when none is named
 */
const [rounds = '3', ...named] = process.argv.slice(2);
await measure(Number(rounds), named);
