import { Command, InvalidArgumentError } from 'commander';
import { createTelemetry } from '../../lib/platform/log.ts';
import { readDuration } from '../../lib/platform/config.ts';
import { createService, openParts } from '../../lib/local.ts';
import { openConfig } from '../open.ts';
import { Refusal, refusing } from '../refusal.ts';

interface Options {
  config?: string;
  project?: string;
  name?: string;
  label: Record<string, string>;
  deadline?: number;
}

export const trackCommand = (): Command =>
  new Command('track')
    .description('Watch jobs: the service tells when they have ended.')
    .argument('<origin>', 'the name of a configured origin')
    .argument('<job-id...>', 'job ids as the cloud returned them')
    .option('-c, --config <file>', 'the configuration')
    .option('--project <id>', 'the project (default: that of the origin)')
    .option('--name <name>', 'what people call it; shown in every message')
    .option('--label <key=value>', 'a label to route by; may be repeated', labelOf, {})
    .option('--deadline <duration>', 'report it as overdue after this, for instance 30m', durationOf)
    .action(async (origin: string, jobIds: string[], options: Options) => {
      const { config, secrets } = openConfig(options.config);
      const project = options.project ?? config.origins.find(({ name }) => name === origin)?.projectId;
      const quiet = createTelemetry({
        write: () => {},
        redact: secrets.redact,
        clock: Date.now,
        level: 'error',
      });
      const { parts, close } = refusing(() => openParts(config, secrets, quiet));
      try {
        const specs = jobIds.map((jobId) => ({
          origin,
          jobId,
          ...(project ? { projectId: project } : {}),
          ...(options.name ? { name: options.name } : {}),
          labels: options.label,
          ...(options.deadline ? { deadlineAt: Date.now() + options.deadline } : {}),
        }));
        const tracked = await createService(parts).track(specs);
        const refused = tracked.map((result, i) => {
          if (result.outcome !== 'refused') {
            console.log(`${result.outcome === 'tracked' ? 'tracked' : 'already tracked'}  ${result.job.key}`);
            return [];
          }
          return result.problems.map(({ field, problem }) => `${jobIds[i]}: ${field} ${problem}`);
        });
        if (refused.flat().length > 0) throw new Refusal(refused.flat().join('\n'));
      } finally {
        await close();
      }
    });

function labelOf(text: string, labels: Record<string, string>): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('a label is KEY=VALUE, for instance team=web.');
  return { ...labels, [key]: value };
}

function durationOf(text: string): number {
  const duration = readDuration(text);
  if (!duration.ok) throw new InvalidArgumentError(`it ${duration.problem}; write 30s, 5m, 2h or 1d.`);
  return duration.value;
}
