import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completionScript } from '../../cli/completion.ts';
import { createProgram } from '../../cli/program.ts';

const program = await createProgram();

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, 'completion.bash');
  writeFileSync(script, completionScript('bash', program));
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `source '${script}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _jobchime; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion', () => {
  it('knows every command and option, also of commands below commands', () => {
    for (const command of program.commands) expect(offered('jobchime', '')).toContain(command.name());
    expect(offered('jobchime', 'wa')).toEqual(['wait']);
    expect(offered('jobchime', 'wait', '--t')).toEqual(['--timeout']);
    expect(offered('jobchime', 'wait', 'some-job', '--timeout', '5m', '--j')).toEqual(['--json']);
    expect(offered('jobchime', 'config', 'c')).toEqual(['check']);
    expect(offered('jobchime', 'config', 'check', '--')).toEqual(['--json', '--help']);
  });

  it('is a script for zsh and fish too', () => {
    const zsh = completionScript('zsh', program);
    expect(zsh.startsWith('#compdef jobchime\n')).toBe(true);
    const fish = completionScript('fish', program).split('\n');
    const option = "complete -c jobchime -n '__fish_seen_subcommand_from wait' -l timeout -d '";
    expect(fish.some((line) => line.startsWith(option))).toBe(true);
    for (const line of fish)
      expect(line).toMatch(/^complete -c jobchime -n '[^']+' (-l|-f -a) [\w-]+ -d '.*'$/);
    for (const command of program.commands) {
      for (const script of [zsh, fish.join('\n')]) expect(script).toContain(command.name());
    }
  });
});
