import { Command } from 'commander';
import type { Finding } from '../../lib/wire/local/doctor.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption } from '../options.ts';
import { onStage } from './config-stage.ts';

export const doctorCommand = (): Command =>
  teach(
    new Command('doctor')
      .description(
        'Try every origin, every channel and the store, and name what is disabled or paused: what is wrong, and what to do.',
      )
      .addOption(configOption())
      .addOption(jsonOption('the findings as JSON'))
      .option('--stage <stage>', 'a stage on AWS, with the configuration that is in force there')
      .action(async ({ config: named, json, stage }: Options) => {
        const findings = await (stage === undefined ? examineHere(named) : examineThere(stage));
        if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
        console.log(json ? JSON.stringify(findings, null, 2) : findings.map(lineOf).join('\n'));
      }),
    [
      { says: 'After a change of the configuration', run: 'jobchime doctor' },
      { says: 'For a script', run: 'jobchime doctor --json' },
      { says: 'Of a deployment on AWS', run: 'jobchime doctor --stage dev' },
    ],
    'It checks a job id that does not exist, posts nothing and sends no mail. The exit code is 1 if anything is wrong.\n\nOf a service that an account brings along, but may not read or does not have in the region, it says NOTE and what that means, and that is no\nerror: while another service of the account answers, and unless you named it, as an origin or in discover.only.service.',
  );

interface Options {
  config?: string;
  json?: boolean;
  stage?: string;
}

async function examineHere(named: string | undefined): Promise<Finding[]> {
  const { openConfig } = await import('../open.ts');
  const { examine } = await import('../../lib/wire/local/doctor.ts');
  const { config, secrets } = openConfig(named);
  return examine(config, secrets);
}

const examineThere = (name: string): Promise<Finding[]> =>
  onStage(name, async (stage) => {
    const { examineStage } = await import('../../lib/wire/local/stage-doctor.ts');
    return examineStage(stage);
  });

const lineOf = ({ what, ok, warns, says, fix }: Finding): string =>
  `${ok ? (warns ? 'NOTE ' : 'ok   ') : 'WRONG'}  ${what}: ${says}${fix ? `. ${fix}` : ''}`;
