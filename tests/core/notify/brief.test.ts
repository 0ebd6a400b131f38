import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summed, type Brief } from '../../../lib/core/notify/brief.ts';
import { summaryMessage } from '../../../lib/core/notify/summary-message.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });
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
