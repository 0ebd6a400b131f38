import { expect, it } from 'vitest';
import { createRenewed, lifeOf, type Grant } from '../../../../lib/adapters/clouds/auth/renewed.ts';
import { createSecrets } from '../../../../lib/adapters/platform/secrets.ts';
import type { Trouble } from '../../../../lib/core/jobs/observation.ts';
import { testClock } from '../../../kit.ts';

const DAY = 86_400_000;

function setUp(answer: (nth: number) => Trouble | null) {
  const clock = testClock();
  let asked = 0;
  const renewed = createRenewed<string>(
    async (): Promise<Grant<string> | Trouble> => {
      asked += 1;
      const trouble = answer(asked);
      if (trouble) return trouble;
      const at = clock.now();
      const [issued, expires] = [at, at + DAY].map((ms) => new Date(ms).toISOString());
      return { kind: 'grant', value: `token ${asked}`, secrets: [], ...lifeOf(at, expires, issued) };
    },
    { secrets: createSecrets(), clock: clock.now },
  );
  return { renewed, clock, asked: () => asked };
}

it('what IAM refused before the clock was set back does not hold for as much longer', async () => {
  const { renewed, clock, asked } = setUp((nth) =>
    nth === 1 ? { kind: 'unavailable', detail: 'HTTP 502' } : null,
  );
  expect(await renewed.present()).toMatchObject({ kind: 'unavailable' });
  expect(await renewed.present()).toMatchObject({ kind: 'unavailable' });
  expect(asked()).toBe(1);
  clock.pass(-16 * DAY);
  expect(await renewed.present()).toMatchObject({ value: 'token 2' });
});

it('a token of before the clock was set back is replaced, be it refused or not', async () => {
  const { renewed, clock } = setUp(() => null);
  expect(await renewed.present()).toMatchObject({ value: 'token 1' });
  clock.pass(-16 * DAY);
  expect(renewed.refused(() => true)).toBe(true);
  expect(await renewed.present()).toMatchObject({ value: 'token 2' });
  clock.pass(-16 * DAY);
  expect(await renewed.present()).toMatchObject({ value: 'token 3' });
});
