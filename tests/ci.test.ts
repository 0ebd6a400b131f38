/** What the gate does for a browser, on a machine of stand-ins: no package is installed here. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../scripts/browser.ts';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'jobchime-ci-'));
  for (const tool of ['bash', 'env', 'timeout', 'sleep', 'chmod', 'cat']) {
    const found = spawnSync('bash', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(found, join(bin, tool));
  }
  command('id', 'echo 0');
});
afterEach(() => rmSync(bin, { recursive: true }));

function command(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/usr/bin/env bash\necho "$*" >>${bin}/${name}.called\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}
const called = (name: string): string => readFileSync(join(bin, `${name}.called`), 'utf8');
function gate(env: Record<string, string> = {}): { said: string; code: number | null } {
  const { stdout, stderr, status } = spawnSync('.ci/browser', {
    env: { PATH: bin, ...env },
    encoding: 'utf8',
  });
  return { said: (stdout + stderr).trim(), code: status };
}
// Its folder is all of PATH.
const INSTALLS = 'case " $* " in *" install "*) echo true >$PATH/chromium; chmod +x $PATH/chromium;; esac';
const WITHOUT = 'The pages are not tried in a browser.';

describe('the browser of the gate', () => {
  it('is the one that is there', () => {
    command('chromium', 'exit 0');
    command('apt-get', 'exit 1');
    expect(gate()).toEqual({ said: '', code: 0 });
    expect(() => called('apt-get')).toThrow();
  });

  it('is installed where it is not there', () => {
    command('apt-get', INSTALLS);
    expect(gate()).toEqual({ said: 'Chromium is installed.', code: 0 });
  });

  it('is installed after the lists of packages are read where these are not there', () => {
    command(
      'apt-get',
      `case " $* " in *" update "*) echo >$PATH/lists;; *) [ -e $PATH/lists ] || exit 100;; esac\n${INSTALLS}`,
    );
    expect(gate()).toEqual({ said: 'Chromium is installed.', code: 0 });
    expect(called('apt-get').split('\n')).toHaveLength(4);
  });

  it.each([
    ['there is no apt-get', () => {}, 'there is no apt-get to install it'],
    ['nobody is root', () => (command('apt-get', INSTALLS), command('id', 'echo 1000')), 'for root alone'],
    ['apt-get fails', () => command('apt-get', 'echo E: no network >&2; exit 100'), '(E: no network)'],
    ['apt-get installs another one', () => command('apt-get', 'exit 0'), 'another one'],
  ])('is said to be absent where %s, and the gate goes on', (_, given, why) => {
    given();
    const { said, code } = gate();
    expect(code).toBe(0);
    expect(said).toMatch(/^There is no Chromium: .*\.$/);
    expect(said).toContain(why);
    expect(said).toContain(WITHOUT);
  });

  it('is found by the tests where the gate finds it, and nowhere else', () => {
    const own = join(bin, 'chromium');
    expect(findChromium({ PATH: bin })).toBeUndefined();
    command('chromium', 'exit 0');
    expect(findChromium({ PATH: `/nothing:${bin}` })).toBe(own);
    expect(findChromium({ PATH: '/nothing', CHROMIUM: own })).toBe(own);
    expect(findChromium({ PATH: bin, CHROMIUM: 'another' })).toBeUndefined();
  });

  it('is not waited for longer than it may take', () => {
    command('apt-get', 'exec sleep 60');
    const { said, code } = gate({ BROWSER_WITHIN: '0.1' });
    expect(code).toBe(0);
    expect(said).toContain(WITHOUT);
    expect(called('apt-get').trim().split('\n')).toHaveLength(1);
  });
});
