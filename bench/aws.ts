/**
 * What Jobchime weighs and costs on AWS: npm run bench -- aws
 *
 * Everything is counted in this run: real bundles, and the real sweep over the real table's code against an emulator that
 * counts units, in a time that does not have to be waited for. What is assumed stands in `aws/prices.ts` and
 * `aws/latency.ts`. The exit code is 1 if a target is missed.
 */
import { startDynamo } from '../tests/adapters/store/dynamodb/dynalite.ts';
import { bundles } from './aws/bundles.ts';
import { delivery } from './aws/delivery.ts';
import { idle, jobs, type Rated } from './aws/jobs.ts';
import { printBundles, printDelivery, printJobs } from './aws/print.ts';

/** Jobs a second. */
const RATES = [0.1, 1, 3];

export default async function aws(): Promise<void> {
  const isLight = printBundles(await bundles());
  const dynamo = await startDynamo();
  const rated: Rated[] = [];
  for (const rate of RATES) rated.push(await jobs(dynamo, rate));
  const isCheap = printJobs(rated, await idle(dynamo));
  printDelivery(await delivery(dynamo));
  await dynamo.close();
  if (!isLight || !isCheap) process.exitCode = 1;
}
