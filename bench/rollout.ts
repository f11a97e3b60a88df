import { measure } from './rollout/measure.ts';

/**
 * What an apply of many jobs costs, and how soon it says what came of it. `plan` and `requests`: real Terraform against one
 * embedded API server, where a stand-in for the operator says that jobs run. `healthy` and `dies`: the local platform with a real Flink.
 *
 * npm run bench -- rollout [jobs] [rounds] [figure…]: figures are plan, requests, healthy, dies; all when none is named
 */
const [jobs = '300', rounds = '3', ...named] = process.argv.slice(2);
await measure(Number(jobs), Number(rounds), named);
