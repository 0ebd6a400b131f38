import { createProgram } from './program.ts';
import { main } from './run.ts';

await main(createProgram);
