import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig, renderProblems } from '../../../lib/adapters/config/config.ts';
import { changed, depsWith, ENV, problemsOf, VALID } from './kit.ts';
import { character } from '../../character.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Paths of everything in a value, itself excluded. */
const pathsIn = (value: Json): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => [
        [key],
        ...pathsIn(child).map((path) => [key, ...path]),
      ])
    : [];

function withValue(value: Json, [step, ...rest]: string[], put: Json): Json {
  if (step === undefined) return put;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[step] = withValue(copy[step] ?? null, rest, put);
  return copy;
}

describe('whatever the file says', () => {
  const valid = parse(VALID) as Json;
  const paths = pathsIn(valid);

  it('never makes reading it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: character }),
          fc.json().map((json) => `origins: ${json}`),
        ),
        (text) => {
          const result = parseConfig(text, depsWith().deps);
          expect(result.ok || result.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives a sound answer when any part is replaced by anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, put) => {
        const text = stringify(withValue(valid, path, put as Json));
        for (const { where, line, problem, fix } of problemsOf(text)) {
          expect([typeof where, problem, fix]).toEqual([
            'string',
            expect.stringMatching(/./),
            expect.stringMatching(/./),
          ]);
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 100 },
    );
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9!$/+ =]{12,40}$/).filter((text) => text.trim() === text);

  it('never shows a value, wherever it was written by mistake', () => {
    // A pattern is quoted back to its author; nobody's secret belongs there.
    const elsewhere = paths.filter((path) => !path.includes('pattern'));
    fc.assert(
      fc.property(fc.constantFrom(...elsewhere), secret, (path, value) => {
        const text = stringify(withValue(valid, path, value));
        expect(renderProblems(problemsOf(text), 'jobchime.yaml')).not.toContain(value);
      }),
      { numRuns: 100 },
    );
  });

  it('never shows a value that became a key because a space is missing', () => {
    fc.assert(
      fc.property(secret, (value) => {
        const text = changed('secret_key: env:HWC_SK', `"secret_key:${value}"`);
        const rendered = renderProblems(problemsOf(text), 'jobchime.yaml');
        expect(rendered).not.toContain(value);
        expect(rendered).toContain('space after the colon');
      }),
    );
  });

  it('never shows what a reference leads to', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(ENV)), secret, (name, value) => {
        const text = renderProblems(problemsOf(VALID, { ...ENV, [name]: `${value}\u0007` }), 'jobchime.yaml');
        expect(text).not.toContain(value);
      }),
    );
  });

  it('never shows the text around a YAML error', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom('"', '[', '{', '\t', '@', '*', '? '), (value, slip) => {
        const text = changed('env:HWC_SK', `${slip}${value}`);
        expect(renderProblems(problemsOf(text), 'jobchime.yaml')).not.toContain(value);
      }),
    );
  });
});
