import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, summed, type Brief } from '../../../lib/core/notify/brief.ts';
import { summaryMessage } from '../../../lib/core/notify/summary-message.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { character } from '../../character.ts';

const text = fc.string({ unit: character, maxLength: 200 });
const brief: fc.Arbitrary<Brief> = fc.oneof(
  fc.record({ outcome: fc.oneof(fc.constant('succeeded'), fc.constant('origin.recovered'), text) }),
  fc.record({
    outcome: fc.constantFrom('failed', 'lost', 'partly_failed', '__proto__', 'toString'),
    failure: fc.record({ where: fc.constantFrom('otc-ecs', 'hwc'), why: text, what: text }),
  }),
);

describe('what a window says of its events', () => {
  it('counts each of them once, by outcome and by reason', () => {
    fc.assert(
      fc.property(fc.array(brief, { maxLength: 300 }), (briefs) => {
        const { events, counts, failures, failuresOmitted } = summed(briefs);
        expect(events).toBe(briefs.length);
        expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(briefs.length);
        const told = failures.reduce((sum, { count }) => sum + count, failuresOmitted);
        expect(told).toBe(briefs.filter(({ failure }) => failure).length);
        for (const { names, count } of failures) {
          expect(names.length).toBeLessThanOrEqual(10);
          expect(names.length).toBe(Math.min(10, count));
        }
      }),
    );
  });

  it('counts in two windows together what each of them counts', () => {
    const time = '2026-03-01T12:00:00.000Z';
    const data = (briefs: Brief[]) =>
      ({ subscription: 'ops', why: 'rate', since: time, until: time, ...summed(briefs) }) as const;
    const briefs = fc.array(brief, { maxLength: 100 });
    fc.assert(
      fc.property(briefs, briefs, (one, other) => {
        const both = added(data(one), data(other));
        const all = summed([...one, ...other]);
        expect(both).toMatchObject({ events: all.events, counts: all.counts });
        const told = both.failures.reduce((sum, { count }) => sum + count, both.failuresOmitted);
        expect(told).toBe([...one, ...other].filter(({ failure }) => failure).length);
        expect(both.failures.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('counts the jobs of groups that ended, those of which most failed first', () => {
    const group = (n: number): Brief => ({
      outcome: 'group.ended',
      group: { name: `apply-${n}`, total: 100, succeeded: 100 - n, failed: n, lost: 0, partly: 0 },
    });
    const { groups, groupsOmitted } = summed(Array.from({ length: 8 }, (_, n) => group(n)));
    expect(groups!.map(({ failed }) => failed)).toEqual([7, 6, 5, 4, 3]);
    expect(groupsOmitted).toEqual({ groups: 3, jobs: 300 });
    const time = '2026-03-01T12:00:00.000Z';
    const window = { subscription: 'ops', why: 'rate', since: time, until: time } as const;
    const eight = { ...window, ...summed(Array.from({ length: 8 }, (_, n) => group(n))) };
    expect(added(eight, { ...window, ...summed([group(50)]) })).toMatchObject({
      groups: [{ failed: 50 }, { failed: 7 }, {}, {}, { failed: 4 }],
      groupsOmitted: { groups: 4, jobs: 400 },
    });
  });

  it('groups by the code, whatever else differs in the reason', () => {
    const failed = (n: number): Brief => ({
      outcome: 'failed',
      failure: { where: 'otc-ecs', why: `Ecs.0204: Quota exceeded for server ${n}`, what: `web-${n}` },
    });
    const { failures } = summed(Array.from({ length: 12 }, (_, n) => failed(n)));
    expect(failures).toMatchObject([{ count: 12, reason: 'Ecs.0204: Quota exceeded for server 0' }]);
  });

  it('is a message of clean lines in every language', () => {
    fc.assert(
      fc.property(
        fc.array(brief, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...LANGS),
        (briefs, lang) => {
          const time = '2026-03-01T12:00:00.000Z';
          const message = summaryMessage(
            {
              kind: 'summary',
              subject: 'subscription/ops',
              metadata: { id: 'evt_1', version: 1, time, sequence: 1 },
              data: { subscription: 'ops', why: 'rate', since: time, until: time, ...summed(briefs) },
            },
            { lang, zone: 'UTC' },
          );
          const all = [
            message.title,
            message.about,
            message.reason ?? '',
            ...message.facts.map((it) => it.value),
          ];
          for (const one of all) expect(one).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(message.facts.length).toBeLessThanOrEqual(10);
        },
      ),
    );
  });
});
