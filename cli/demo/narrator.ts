import type { Telemetry } from '../../lib/ports.ts';
import { SCENES, THROTTLED } from './scenario.ts';
import type { Arrival } from './sinks.ts';
import { EXPECTED, type Sinks } from './verdict.ts';

export interface Narrator {
  telemetry: Telemetry;
  begin(simulator: string): void;
  console(url: string): void;
  arrived(channel: keyof Sinks, arrival: Arrival): void;
  end(sinks: Sinks, faults: readonly string[]): void;
  serving(simulator: string): void;
}

/** Prints the demonstration as it happens: what arrives at the sinks, and what keeps a cloud from answering. */
export function narrator(out: (line: string) => void): Narrator {
  let started = Date.now();
  const clock = (): string => `${((Date.now() - started) / 1_000).toFixed(1).padStart(5)} s`;
  const say = (what: string, words: string): void => out(`${clock()}  ${what.padEnd(8)} ${words}`);
  const quiet = new Set<string>();

  return {
    telemetry: {
      line(level, event, fields) {
        if (level === 'error') say('fault', `${event} ${JSON.stringify(fields)}`);
        if (event !== 'job.checked' || fields.reason !== 'throttled' || quiet.has('throttled')) return;
        quiet.add('throttled');
        say(
          '429',
          `${THROTTLED.system} asks us to slow down: its jobs wait untouched, the other clouds go on`,
        );
      },
    },
    begin(simulator) {
      started = Date.now();
      out(
        'Jobchime watches a dozen jobs on three simulated clouds, and notifies Slack, email and a webhook.',
      );
      out('Times are shortened by policy: Jobchime checks a job every second here, every 30 s by default.');
      out(`The clouds are served at ${simulator}, over HTTP, with signatures and tokens.`);
      out('');
      for (const { origin, name, jobType, description } of SCENES) {
        out(`  ${origin.padEnd(11)} ${name.padEnd(14)} ${jobType.padEnd(18)} ${description}`);
      }
      out('');
    },
    console(url) {
      out(`Watch it in a browser: ${url}`);
      out('');
    },
    arrived(channel, { title, body }) {
      say(channel, channel === 'webhook' ? webhookTitle(body) : title.replaceAll('\n', ' '));
    },
    end(sinks, faults) {
      const sum = (channel: keyof Sinks): string =>
        `${sinks[channel]?.arrivals.length} of ${EXPECTED[channel]}`;
      out('');
      const failure = sinks.email?.arrivals.find((mail) => mail.title.includes('web-2'));
      if (failure)
        out(['What the mail about web-2 says:', '', ...failure.body.trim().split('\n')].join('\n  | '));
      out('');
      out(`Arrived: ${sum('webhook')} webhooks, every signature verified;`);
      out(`         ${sum('slack')} Slack messages${sinks.email ? `, ${sum('email')} mails.` : '.'}`);
      if (!sinks.email)
        out('Mails are left out: to see them too, npm install smtp-server@3 mailparser@3 and start again.');
      if (faults.length === 0) out('Nothing is missing, nothing came twice.');
      for (const fault of faults) out(`FAULT    ${fault}`);
    },
    serving(simulator) {
      out('');
      out('Still watching, until Ctrl-C. Your own clouds: npm run jobchime -- init asks a few questions,');
      out(
        `and then npm start is the service. The simulated clouds stay at ${simulator} (docs/simulator.md).`,
      );
    },
  };
}

function webhookTitle(body: string): string {
  const { type, data } = JSON.parse(body) as {
    type: string;
    data: { job?: { name?: string; origin: string } };
  };
  return `${type.padEnd(19)} ${data.job ? `${data.job.origin} ${data.job.name}` : ''}`;
}
