import { startCommand } from './commands/start.ts';
import { programOf } from './program-of.ts';
import { main } from './run.ts';

await main(() => programOf([startCommand()]));
