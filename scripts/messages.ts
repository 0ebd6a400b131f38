/** Writes docs/messages/ anew: `npm run messages`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { pages } from './messages/pages.ts';

const FOLDER = new URL('../docs/messages/', import.meta.url);
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const made = await pages();
for (const [name, text] of made) writeFileSync(new URL(name, FOLDER), text);
console.log(`${made.size} pages in docs/messages/`);
