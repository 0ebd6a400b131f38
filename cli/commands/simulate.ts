import { Command, InvalidArgumentError } from 'commander';
import { createSimulator, SYSTEM_NAMES } from '../../lib/simulator/simulator.ts';
import { Refusal } from '../refusal.ts';

export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('Serve the job API of the three clouds, for trying things and for tests in any language.')
    .option('-p, --port <port>', 'the port; 0 takes a free one', portOf, 8480)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .action(async ({ port, host }: { port: number; host: string }) => {
      const simulator = createSimulator();
      const { url } = await simulator.listen(port, host).catch((error: NodeJS.ErrnoException) => {
        throw new Refusal(`Port ${port} on ${host} cannot be used (${error.code}); choose one with --port.`);
      });
      for (const system of SYSTEM_NAMES) console.log(`${system.padEnd(12)} ${url}/${system}`);
      console.log(`${'iam'.padEnd(12)} ${url}/iam`);
      console.log(`${'control'.padEnd(12)} ${url}/_simulator (docs/simulator.md)`);
      const stop = (): void => void simulator.close();
      process.once('SIGTERM', stop).once('SIGINT', stop);
    });

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535.');
  return port;
}
