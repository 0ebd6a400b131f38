import { Command } from 'commander';
import { teach } from '../examples.ts';
import { stageOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { counted } from '../words.ts';
import { onStage } from './config-stage.ts';

export const redriveCommand = (): Command =>
  teach(
    new Command('redrive')
      .description('Send dead letters of a stage on AWS again, once their cause is repaired.')
      .argument(
        '[queue]',
        'whose: a function such as route or slack, or undelivered (default: count them all)',
      )
      .addOption(stageOption())
      .action((queue: string | undefined, { stage: name }: { stage: string }) =>
        onStage(name, async (stage) => {
          const { countOf, createQueueClient, deadLettersOf, redrive } =
            await import('../../lib/wire/local/redrive.ts');
          const all = deadLettersOf(stage);
          const client = createQueueClient();
          try {
            if (queue === undefined) {
              const counts = await Promise.all(all.map((one) => countOf(client, one)));
              console.log(all.map((one, i) => `${one.name}  ${counts[i]}`).join('\n'));
              return;
            }
            const letters = all.find((one) => one.name === queue);
            if (!letters) {
              throw new Refusal(
                `There is no '${queue}'. Write one of ${all.map((one) => one.name).join(', ')}.`,
              );
            }
            const { sent, stayed } = await redrive(client, stage, letters);
            console.log(`${counted(sent, 'message')} of ${queue} sent again.`);
            if (stayed > 0) {
              throw new Refusal(
                `${counted(stayed, 'message')} did not say where to: look at them in the console of SQS.`,
              );
            }
          } finally {
            client.destroy();
          }
        }),
      ),
    [
      { says: 'How many there are', run: 'jobchime redrive --stage dev' },
      { says: 'Those of a function that was repaired', run: 'jobchime redrive route --stage dev' },
      { says: 'Events that reached no queue', run: 'jobchime redrive undelivered --stage dev' },
    ],
    'Repetitions are recognised, so that nothing is told twice. docs/runbook.md says what to repair first.',
  );
