import { Command } from 'commander';
import { teach } from '../examples.ts';
import { CONFIG_FILE, configPath } from '../config-file.ts';
import { listenToSignals } from '../signals.ts';

export const startCommand = (): Command =>
  teach(
    new Command('start')
      .description(`Run the service with ${CONFIG_FILE}; without one, show the demonstration.`)
      .option('-c, --config <file>', `the configuration (default: ${CONFIG_FILE}, if there is one)`)
      .option('--exit', 'end after the demonstration, with 0 if all went well')
      .action(async (options: { config?: string; exit?: boolean }) => {
        if (configPath(options.config) !== null) {
          const { serve } = await import('../serve.ts');
          return serve(options.config, listenToSignals({ reload: true }));
        }
        const { stopped } = listenToSignals({ reload: false });
        const { demo } = await import('../demo/demo.ts');
        const out = (line: string): void => console.log(line);
        out(`There is no ${CONFIG_FILE} in ${process.cwd()}, so this is the demonstration.`);
        process.exitCode = await demo({ out, exit: options.exit ?? false, stopped });
      }),
    [
      { says: 'The service, until Ctrl-C', run: 'jobchime start' },
      { says: 'With a configuration in another place', run: 'jobchime start --config ./jobchime.yaml' },
      {
        says: 'The demonstration, in a folder without a configuration',
        run: 'cd empty && jobchime start --exit',
      },
    ],
    `It logs to standard output: lines to read in a terminal, JSON lines everywhere else. SIGTERM and Ctrl-C end it when what is in
hand is done; SIGHUP makes it read the configuration again, and keeps the former one if the new one has a fault. docs/running.md has the rest.`,
  );
