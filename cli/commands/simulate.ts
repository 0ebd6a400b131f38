import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_ACCOUNT } from '../../lib/adapters/simulator/accounts.ts';
import type { QuotaInput } from '../../lib/adapters/simulator/simulator.ts';
import { SYSTEM_NAMES, TRACE_NAMES, type SystemName } from '../../lib/adapters/simulator/systems.ts';
import { durationOf } from '../options.ts';
import { teach, type Example } from '../examples.ts';
import { Refusal } from '../refusal.ts';

interface Options {
  port: number;
  host: string;
  quota?: QuotaInput[];
  retention?: number;
  olderSignature?: boolean;
}

const [key] = DEFAULT_ACCOUNT.accessKeys;
const MORE = `The curl lines stand for S=http://127.0.0.1:8480, one of the printed URLs without its path. Give one of these URLs to a
client as its endpoint. It may sign in with
  user ${DEFAULT_ACCOUNT.user}, password ${DEFAULT_ACCOUNT.password}, domain ${DEFAULT_ACCOUNT.domain}, or
  access key ${key!.access}, secret key ${key!.secret}
and ask about jobs of project ${DEFAULT_ACCOUNT.projects[0]!.id}.
docs/simulator.md has every system, fault and call.`;

const EXAMPLES: Example[] = [
  { says: 'All systems on one port', run: 'jobchime simulate' },
  {
    says: 'A cloud with little patience, that forgets jobs a minute after their end',
    run: 'jobchime simulate --quota 10/minute --quota otc-ecs=2/second --retention 1m',
  },
  {
    says: 'A job that runs for 20 s and then fails',
    run: `curl $S/_simulator/jobs -d '{"system": "otc-ecs", "life": {"runMs": 20000, "end": "FAIL",
      "error": {"code": "Ecs.0204", "reason": "no valid host"}}}'`,
  },
  {
    says: 'A job of a database that is not found for its first 5 s',
    run: `curl $S/_simulator/jobs -d '{"system": "otc-rds", "life": {"runMs": 9000, "end": "SUCCESS", "unknownForMs": 5000}}'`,
  },
  {
    says: 'IAM is down for 10 s',
    run: `curl $S/_simulator/faults -d '{"system": "iam", "fault": "unavailable", "forMs": 10000}'`,
  },
  { says: 'The requests, by system, answer and job', run: 'curl $S/_simulator/requests' },
];

export const simulateCommand = (): Command => teach(serveCommand(), EXAMPLES, MORE);

const serveCommand = (): Command =>
  new Command('simulate')
    .description("Serve the clouds' job API on this machine, for experiments and for tests in any language.")
    .option('-p, --port <port>', 'the port; 0 takes a free one', portOf, 8480)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option(
      '--quota <[system=]calls/period>',
      'refuse more calls of one user than this, as 60/minute or otc-ecs=2/second; may be repeated',
      quotaOf,
    )
    .option(
      '--retention <duration>',
      'forget a job this long after its end, for instance 1h (default: 1d, 30d on rds)',
      durationOf,
    )
    .option('--older-signature', 'accept signatures of the older form (Credential=) too')
    .action(async ({ port, host, quota = [], retention, olderSignature = false }: Options) => {
      const { createSimulator } = await import('../../lib/adapters/simulator/simulator.ts');
      const simulator = createSimulator({
        quotas: quota,
        olderSignature,
        ...(retention === undefined ? {} : { retention: { endedMs: retention } }),
      });
      const { url } = await simulator.listen(port, host).catch((error: NodeJS.ErrnoException) => {
        throw new Refusal(`Port ${port} on ${host} cannot be used (${error.code}); choose one with --port.`);
      });
      const stop = (): void => void simulator.close();
      process.once('SIGTERM', stop).once('SIGINT', stop);
      const systems = [...SYSTEM_NAMES, ...TRACE_NAMES];
      for (const system of systems) console.log(`${system.padEnd(16)} ${url}/${system}`);
      console.log(`${'iam'.padEnd(16)} ${url}/iam`);
      console.log(`${'control'.padEnd(16)} ${url}/_simulator (docs/simulator.md)`);
    });

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function quotaOf(text: string, others: QuotaInput[] = []): QuotaInput[] {
  const [, system, calls, per] = /^(?:([\w-]+)=)?(\d{1,5})\/(second|minute)$/.exec(text) ?? [];
  const limit = Number(calls);
  if (!per || limit < 1 || limit > 10_000)
    throw new InvalidArgumentError('A quota is written as 60/minute or 2/second, from 1 to 10000 calls.');
  if (system !== undefined && !isSystem(system))
    throw new InvalidArgumentError(`There is no system ${system}, only ${SYSTEM_NAMES.join(', ')}.`);
  const quota = { limit, per: per as QuotaInput['per'] };
  return [...others, system === undefined ? quota : { system, ...quota }];
}

const isSystem = (name: string): name is SystemName => (SYSTEM_NAMES as readonly string[]).includes(name);
