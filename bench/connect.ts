import { measure } from './connect/measure.ts';

/**
 * Kafka topics, Connect workers and connectors on the local platform, warm (all installed, class data archives recorded), and
 * how fast the Vertica sink is beside Debezium's JDBC sink and plain loops.
 *
 * npm run bench -- connect [rounds] [part…]: parts are topics, workers, connectors and upserts; all when none is named
 */
const [rounds = '3', ...named] = process.argv.slice(2);
await measure(Number(rounds), named);
