/** What systemd is told: by its own `systemd-notify` and a real socket where they are there, by a stand-in everywhere. */
import { chmodSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemdOf } from '../../lib/adapters/platform/systemd.ts';
import { recordingTelemetry } from '../kit.ts';
import { isThere } from '../deploy/tools.ts';
import { world, type World } from './world.ts';

/** Writes down what it is asked to send. */
function standIn(w: World): void {
  const file = join(w.folder, 'bin', 'systemd-notify');
  writeFileSync(file, `#!/bin/sh\necho "$@" >>"$NOTIFY_SOCKET.told"\n`);
  chmodSync(file, 0o755);
}
/** Prints each message, as systemd reads it. */
const LISTENER = `import os, socket, sys
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(sys.argv[1])
print('listening', flush=True)
while True: print(listening.recv(4096).decode(), flush=True)`;

async function life(w: World, told: { until(words: string): Promise<void> }): Promise<void> {
  const line = `env NOTIFY_SOCKET=${w.folder}/notify WATCHDOG_USEC=200000 jobchime start`;
  const service = await w.start(line, 'service.started');
  await told.until('READY=1');
  await told.until('WATCHDOG=1');
  await told.until('WATCHDOG=1');
  service.child.kill('SIGHUP');
  await told.until('RELOADING=1');
  await told.until('READY=1');
  service.child.kill('SIGTERM');
  await told.until('STOPPING=1');
  expect(await service.ended).toBe(0);
}

describe('under systemd', () => {
  it('the service tells that it is ready, works, takes a new configuration, and stops', async () => {
    const w = await world();
    standIn(w);
    const file = join(w.folder, 'notify.told');
    let seen = 0;
    await life(w, {
      async until(words) {
        const found = (): number => (existsSync(file) ? readFileSync(file, 'utf8').indexOf(words, seen) : -1);
        for (let at = found(); ; at = found()) {
          if (at !== -1) return void (seen = at + words.length);
          await new Promise<void>((resolve) => {
            const watcher = watch(w.folder, done);
            function done(): void {
              watcher.close();
              resolve();
            }
            if (found() !== -1) done();
          });
        }
      },
    });
  }, 60_000);

  it.skipIf(!isThere('systemd-notify') || !isThere('python3'))(
    'the messages arrive at its socket',
    async () => {
      const w = await world();
      writeFileSync(join(w.folder, 'listener.py'), LISTENER);
      await life(w, await w.start(`python3 listener.py ${w.folder}/notify`, 'listening'));
    },
    60_000,
  );

  it('a message that cannot be sent is logged once and stops nothing', async () => {
    const telemetry = recordingTelemetry();
    const systemd = systemdOf({ NOTIFY_SOCKET: '/nowhere', PATH: '/nowhere' }, 1)!;
    await Promise.all([systemd.tell(telemetry, 'READY=1'), systemd.tell(telemetry, 'WATCHDOG=1')]);
    expect(telemetry.lines.filter(({ event }) => event === 'systemd.unheard')).toHaveLength(1);
  });

  it.each([
    [{}, null],
    [{ NOTIFY_SOCKET: '/run/x' }, { watchdogMs: null }],
    [{ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '120000000' }, { watchdogMs: 60_000 }],
    [{ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '120000000', WATCHDOG_PID: '7' }, { watchdogMs: 60_000 }],
    [{ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '120000000', WATCHDOG_PID: '8' }, { watchdogMs: null }],
  ])('it is watched as the environment says: %j', (env, says) => {
    const systemd = systemdOf(env, 7);
    expect(systemd && { watchdogMs: systemd.watchdogMs }).toEqual(says);
  });
});

describe('the unit', () => {
  const unit = readFileSync('deploy/systemd/jobchime.service', 'utf8');

  it('is that of docs/running.md, and lets the sender of the messages through', () => {
    expect(readFileSync('docs/running.md', 'utf8')).toContain(`\`\`\`ini\n${unit}\`\`\``);
    expect(unit).toMatch(/^Type=notify\nNotifyAccess=all\nWatchdogSec=\d+$/m);
  });

  it.skipIf(!isThere('systemd-analyze'))('is one that systemd takes', async () => {
    const w = await world();
    const here = unit
      .replace('/usr/local/bin/jobchime', '/bin/true')
      .replaceAll(/^(User|EnvironmentFile)=.*\n/gm, '');
    writeFileSync(join(w.folder, 'jobchime.service'), here);
    expect(
      execFileSync('systemd-analyze', ['verify', '--man=no', join(w.folder, 'jobchime.service')], {
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ).toBe('');
  });
});
