import { measure } from './connect/measure.ts';

/**
 * Kafka topics on the local platform, warm (Kafka installed, its class data archive recorded).
 *
 * npm run bench -- connect [rounds] [part…]: parts are topics; all when none is named
 */
const [rounds = '3', ...named] = process.argv.slice(2);
await measure(Number(rounds), named);
