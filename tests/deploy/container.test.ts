import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the image runs as a user without rights, gets signals itself, and says whether it is well', () => {
  const last = read('Dockerfile')
    .split(/^FROM /m)
    .at(-1)!;
  const line = (word: string): string => new RegExp(`^${word} (.*)$`, 'm').exec(last)?.[1] ?? '';
  expect(line('USER')).toBe('node');
  expect(JSON.parse(line('ENTRYPOINT'))).toEqual(['node', 'dist/cli/jobchime.mjs']);
  expect(JSON.parse(line('CMD'))).toEqual(['start', '--config', '/etc/jobchime/jobchime.yaml']);
  const [, check = '[]'] = /^HEALTHCHECK .*\\\n +CMD (.*)$/m.exec(last) ?? [];
  expect(JSON.parse(check)).toEqual(['node', '-e', expect.stringContaining('/healthz')]);
});

it('neither secrets nor stores go into the image', () => {
  const ignored = read('.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.env', '*.db', 'jobchime.yaml', 'node_modules', '.git']));
});
