import { measure } from './cluster/measure.ts';

/**
 * Plans of projects on a kube-apiserver, by real Terraform. `modules`: 1,000 module calls, beside what Terraform itself takes
 * and the same objects by the kubectl provider in modules of their own. Numbers: so many resources without modules;
 * the kubectl provider plans the first of them.
 *
 * npm run bench -- cluster [modules] [resources…]: modules 1000 5000 when none is named
 */
const named = process.argv.slice(2);
await measure(named.length === 0 ? ['modules', '1000', '5000'] : named);
