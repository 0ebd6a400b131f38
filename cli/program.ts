import type { Command } from 'commander';
import { programOf } from './program-of.ts';
import { unknownCommand } from './unknown.ts';
import { mistaken } from './wait/exit.ts';

/** In the order in which they are listed. Each is loaded where it is asked for: most time of a short command is loading. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand(),
  start: async () => (await import('./commands/start.ts')).startCommand(),
  track: async () => (await import('./commands/track.ts')).trackCommand(),
  run: async () => (await import('./commands/run.ts')).runCommand(),
  intake: async () => (await import('./commands/intake.ts')).intakeCommand(),
  wait: async () => (await import('./commands/wait.ts')).waitCommand(),
  groups: async () => (await import('./commands/groups.ts')).groupsCommand(),
  group: async () => (await import('./commands/group.ts')).groupCommand(),
  jobs: async () => (await import('./commands/jobs.ts')).jobsCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  events: async () => (await import('./commands/events.ts')).eventsCommand(),
  deliveries: async () => (await import('./commands/deliveries.ts')).deliveriesCommand(),
  redeliver: async () => (await import('./commands/redeliver.ts')).redeliverCommand(),
  recover: async () => (await import('./commands/recover.ts')).recoverCommand(),
  replay: async () => (await import('./commands/replay.ts')).replayCommand(),
  recoveries: async () => (await import('./commands/recoveries.ts')).recoveriesCommand(),
  mute: async () => (await import('./commands/mutes.ts')).muteCommand(),
  mutes: async () => (await import('./commands/mutes.ts')).mutesCommand(),
  unmute: async () => (await import('./commands/mutes.ts')).unmuteCommand(),
  subscriptions: async () => (await import('./commands/subscriptions.ts')).subscriptionsCommand(),
  routes: async () => (await import('./commands/routes.ts')).routesCommand(),
  drill: async () => (await import('./commands/drill.ts')).drillCommand(),
  preview: async () => (await import('./commands/preview.ts')).previewCommand(),
  origins: async () => (await import('./commands/origins.ts')).originsCommand(),
  stats: async () => (await import('./commands/stats.ts')).statsCommand(),
  untrack: async () => (await import('./commands/untrack.ts')).untrackCommand(),
  config: async () => (await import('./commands/config.ts')).configCommand(),
  dialect: async () => (await import('./commands/dialect.ts')).dialectCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  token: async () => (await import('./commands/token.ts')).tokenCommand(),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  redrive: async () => (await import('./commands/redrive.ts')).redriveCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  listen: async () => (await import('./commands/listen.ts')).listenCommand(),
  completion: async () => (await import('./commands/completion.ts')).completionCommand(() => createProgram()),
};
const NAMES = Object.keys(COMMANDS);

/** The `jobchime` command with everything below it, or with no more than what `words` ask for. */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const commands = await Promise.all(asked(words).map((name) => COMMANDS[name]!()));
  const program = programOf(commands).on('command:*', ([word = '']: string[]) => {
    throw unknownCommand(word, NAMES);
  });
  commands.find((command) => command.name() === 'wait')?.exitOverride(mistaken);
  return program;
}

function asked([first = '']: readonly string[]): string[] {
  if (first === '--version' || first === '-V') return [];
  return NAMES.includes(first) ? [first] : NAMES;
}
