import { existsSync, readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../scripts/mutations/index.ts';
import { mutated, survey, type Mutation } from '../scripts/mutations/mutation.ts';

const at = (file: string): URL => new URL(`../${file}`, import.meta.url);
const read = (file: string): string => readFileSync(at(file), 'utf8');

describe('the list of mutations', () => {
  it('finds each of its texts exactly once', () => {
    const stale = MUTATIONS.flatMap((mutation) => {
      try {
        if (!existsSync(at(mutation.file)))
          return [`${mutation.name}: ${mutation.file} is not there; write where its rule stands now`];
        mutated(read(mutation.file), mutation);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    expect(stale).toEqual([]);
  });

  it('breaks rules and not the syntax, or every test would notice', async () => {
    for (const mutation of MUTATIONS) {
      const text = mutated(read(mutation.file), mutation);
      expect(text, mutation.name).not.toBe(read(mutation.file));
      await expect(transform(text, { loader: 'ts' }), mutation.name).resolves.toBeDefined();
    }
  });

  it('names each mutation once, and test files that are there', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    const files = new Set(MUTATIONS.flatMap(({ tests }) => tests));
    expect([...files].filter((file) => !existsSync(at(file)))).toEqual([]);
    expect(MUTATIONS.filter(({ tests }) => tests.length === 0)).toEqual([]);
  });
});

describe('breaking a rule', () => {
  const mutation = (over: Partial<Mutation> = {}): Mutation => ({
    name: 'one-is-two',
    rule: 'One is one.',
    file: 'one.ts',
    find: 'one = 1',
    put: 'one = $& 2',
    tests: ['one.test.ts'],
    ...over,
  });
  const tree = (text: string) => {
    const files = new Map([['one.ts', text]]);
    return {
      files,
      read: (file: string) => files.get(file)!,
      write: (file: string, written: string) => void files.set(file, written),
    };
  };

  it('lasts for as long as its tests run, whatever becomes of them', async () => {
    const world = tree('const one = 1;');
    const seen: unknown[] = [];
    const passes = async (tests: readonly string[]): Promise<boolean> => {
      seen.push([world.files.get('one.ts'), tests]);
      if (seen.length === 3) throw new Error('broke off');
      return seen.length === 1;
    };
    const list = [mutation(), mutation({ name: 'again' }), mutation({ name: 'and-again' })];
    const told: [string, boolean][] = [];
    const surveyed = survey(list, world, passes, (one) => void told.push([one.mutation.name, one.noticed]));
    await expect(surveyed).rejects.toThrow('broke off');
    expect(seen[0]).toEqual(['const one = $& 2;', ['one.test.ts']]);
    expect(told).toEqual([
      ['one-is-two', false],
      ['again', true],
    ]);
    expect(world.files.get('one.ts')).toBe('const one = 1;');
  });

  it.each([
    ['const two = 2;', '0 times'],
    ['one = 1; one = 1;', '2 times'],
  ])('is refused where its text does not say one place: %s', async (text, times) => {
    const world = tree(text);
    const surveyed = survey(
      [mutation()],
      world,
      async () => true,
      () => {},
    );
    await expect(surveyed).rejects.toThrow(`one-is-two: what it wants to find stands ${times} in one.ts`);
    expect(world.files.get('one.ts')).toBe(text);
  });
});
