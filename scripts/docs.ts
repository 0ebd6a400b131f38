// `npm run docs`: the site of the documentation, into .build/docs/ or the folder that is named. Fails where a link leads nowhere.
import { resolve } from 'node:path';
import { buildSite } from './site/site.ts';

const folder = resolve(process.argv[2] ?? '.build/docs');
const { pages, dead } = await buildSite(folder);
for (const one of dead) console.error(one);
console.log(`${pages} pages in ${folder}: open index.html`);
process.exitCode = dead.length > 0 ? 1 : 0;
