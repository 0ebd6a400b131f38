import { expect, it } from 'vitest';
import { THOROUGH, type Packaged } from './packaged.ts';
import { walk } from './way.ts';

/** Each walk takes some seconds, so an ordinary run tries one death, between two writes of a settled job. */
const ONE = [20];

export function waySuite(template: () => Packaged['template']): void {
  it('leads from a handed-in job to all three channels', async () => {
    const { effects, rows } = await walk(template(), Infinity);
    expect(effects).toBeGreaterThan(40);
    expect(rows.flatMap((row) => row.attempts).every((attempt) => attempt.reason === 'ok')).toBe(true);
  }, 60_000);

  it('leads there when every message comes twice, and in another order', async () => {
    const { rows } = await walk(template(), Infinity, { unruly: true });
    expect(rows.flatMap((row) => row.attempts).every((attempt) => attempt.reason === 'ok')).toBe(true);
  }, 60_000);

  it(
    'leads there although a function dies after one of its effects',
    async () => {
      const { effects } = THOROUGH ? await walk(template(), Infinity) : { effects: 0 };
      const deaths = THOROUGH ? Array.from({ length: effects }, (_, n) => n + 1) : ONE;
      for (const dieAfter of deaths) await walk(template(), dieAfter);
    },
    THOROUGH ? 1_200_000 : 60_000,
  );

  it('does not lead there when the rule of the bus is missing: the walk notices', async () => {
    const { AnnouncedRule: _, ...rest } = template().Resources;
    await expect(walk({ ...template(), Resources: rest }, Infinity)).rejects.toThrow();
  }, 60_000);
}
