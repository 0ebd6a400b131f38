/**
 * Runs the benchmarks that are named, or all: npm run bench [-- NAME...]
 *
 * A name is a file of this folder. A benchmark that has a target and misses it sets the exit code 1.
 */
import { globSync } from 'node:fs';
import { basename } from 'node:path';

const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'index')
  .toSorted();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark '${unknown.join("', '")}'. There are: ${names.join(', ')}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n# ${name}\n`);
  await import(`./${name}.ts`);
}
