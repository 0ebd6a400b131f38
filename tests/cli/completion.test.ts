import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completionScript, type Shell } from '../../cli/completion.ts';
import { createProgram } from '../../cli/program.ts';
import { world } from './world.ts';

const program = await createProgram();

/** A folder with the script of a shell, and a `jobchime` that answers which words it was asked for. */
function prepared(shell: Shell) {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, `completion.${shell}`);
  writeFileSync(script, completionScript(shell, program));
  writeFileSync(join(folder, 'jobchime'), '#!/bin/sh\necho "$4-1"; echo "$4-2"\n');
  chmodSync(join(folder, 'jobchime'), 0o755);
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  const run = (ask: string): string[] =>
    execFileSync(shell, [...(shell === 'bash' ? [] : ['-f']).filter(() => shell === 'zsh'), '-c', ask], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .trim()
      .split('\n');
  return { script, run };
}

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const { script, run } = prepared('bash');
  const line = words.map((word) => `'${word}'`).join(' ');
  return run(
    `source '${script}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _jobchime; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

/** The same of zsh, whose own part of completion is told what to do with the words. */
function offeredByZsh(...words: string[]): string[] {
  const { script, run } = prepared('zsh');
  const line = words.map((word) => `'${word}'`).join(' ');
  return run(
    `compdef() {}; compadd() { shift; print -l -- "$@" }; _files() { print files }; source '${script}'; words=(${line}); CURRENT=${words.length}; _jobchime`,
  );
}

const isThere = (shell: Shell): boolean => {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('completion', () => {
  it('knows every command and option, also of commands below commands', () => {
    for (const command of program.commands) expect(offered('jobchime', '')).toContain(command.name());
    expect(offered('jobchime', 'wa')).toEqual(['wait']);
    expect(offered('jobchime', 'wait', '--t')).toEqual(['--timeout']);
    expect(offered('jobchime', 'wait', 'some-job', '--timeout', '5m', '--j')).toEqual(['--json']);
    expect(offered('jobchime', 'config', 'c')).toEqual(['check']);
    expect(offered('jobchime', 'config', 'check', '--')).toEqual(['--json', '--help']);
  });

  it('knows the values of options and arguments: those of a closed list, and those that there are', () => {
    const states = ['outstanding', 'succeeded', 'failed', 'lost'];
    expect(offered('jobchime', 'jobs', '--state', '')).toEqual(states);
    expect(offered('jobchime', 'jobs', '--state', 'f')).toEqual(['failed']);
    expect(offered('jobchime', 'jobs', '--origin', '')).toEqual(['origins-1', 'origins-2']);
    expect(offered('jobchime', 'events', '--name', '')).toEqual(['names-1', 'names-2']);
    expect(offered('jobchime', 'explain', 'jobs')).toEqual(['jobs-1', 'jobs-2']);
    expect(offered('jobchime', 'wait', 'jobs-1', '')).toContain('jobs-2');
    expect(offered('jobchime', 'wait', '--group', '')).toEqual(['groups-1', 'groups-2']);
    expect(offered('jobchime', 'subscriptions', 'pause', 'sub')).toEqual([
      'subscriptions-1',
      'subscriptions-2',
    ]);
    // What a job is to be called is nothing that there is already, and a duration is none of ours.
    expect(offered('jobchime', 'track', '--name', 'names')).toEqual(['']);
    // The shell itself then offers files.
    expect(offered('jobchime', 'start', '--config', '')).toEqual(['']);
    expect(offered('jobchime', 'track', '--timeout', '')).toEqual(['']);
  });

  it.skipIf(!isThere('zsh'))('offers the same in zsh', () => {
    expect(offeredByZsh('jobchime', 'jobs', '--state', '')).toEqual([
      'outstanding',
      'succeeded',
      'failed',
      'lost',
    ]);
    expect(offeredByZsh('jobchime', 'explain', '')).toEqual(expect.arrayContaining(['jobs-1', '--json']));
    expect(offeredByZsh('jobchime', 'explain', '--')).not.toContain('jobs-1');
    expect(offeredByZsh('jobchime', 'jobs', '--origin', '')).toEqual(['origins-1', 'origins-2']);
    expect(offeredByZsh('jobchime', '')).not.toContain('files');
    expect(offeredByZsh('jobchime', 'start', '--config', '')).toEqual(['files']);
  });

  it.skipIf(!isThere('fish'))('offers the same in fish', () => {
    const { script, run } = prepared('fish');
    const fish = (line: string): string[] =>
      run(`source '${script}'; complete -C '${line}'`).map((one) => one.split('\t')[0]!);
    expect(fish('jobchime jobs --state ')).toEqual(
      expect.arrayContaining(['outstanding', 'succeeded', 'failed', 'lost']),
    );
    expect(fish('jobchime jobs --origin ')).toEqual(['origins-1', 'origins-2']);
    expect(fish('jobchime explain j')).toEqual(expect.arrayContaining(['jobs-1', 'jobs-2']));
    expect(fish('jobchime wai')).toEqual(['wait']);
    expect(fish('jobchime subscriptions pau')).toEqual(['pause']);
    expect(fish('jobchime subscriptions pause ')).toEqual(['subscriptions-1', 'subscriptions-2']);
    expect(fish('jobchime jobs ')).toEqual(['']);
    // Of files those that there are.
    const folder = dirname(script);
    expect(fish(`jobchime start --config ${folder}/compl`)).toEqual([`${folder}/completion.fish`]);
    expect(fish(`jobchime track --name ${folder}/compl`)).toEqual(['']);
  });

  it('is a script for zsh and fish too', () => {
    const zsh = completionScript('zsh', program);
    expect(zsh.startsWith('#compdef jobchime\n')).toBe(true);
    const fish = completionScript('fish', program).split('\n');
    const option = "complete -c jobchime -n '__fish_seen_subcommand_from wait' -l timeout -x -d '";
    expect(fish.some((line) => line.startsWith(option))).toBe(true);
    expect(fish.shift()).toBe('complete -c jobchime -f');
    for (const line of fish)
      expect(line).toMatch(
        /^complete -c jobchime -n '[^']+' (-l [\w-]+( -x| -r -F| -x -a '[^']+')?|-f -a ([\w-]+|'[^']+'))( -d '.*')?$/,
      );
    for (const command of program.commands) {
      for (const script of [zsh, fish.join('\n')]) expect(script).toContain(command.name());
    }
  });

  it('asks the store for the words that there are', async () => {
    const w = await world();
    await w.run('jobchime track otc-ecs ff808081 --name web-1 --group apply-42');
    const words = async (of: string) =>
      (await w.run(`jobchime completion bash --words ${of}`)).out.trim().split('\n').toSorted();
    expect(await words('origins')).toEqual(['hwc-elb', 'otc-ecs']);
    expect(await words('jobs')).toEqual(['ff808081']);
    expect(await words('names')).toEqual(['web-1']);
    expect(await words('groups')).toEqual(['apply-42']);
    expect(await words('subscriptions')).toEqual(['ci', 'ops-failures']);
  }, 60_000);
});
