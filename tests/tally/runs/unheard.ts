import { expect, it } from 'vitest';

it('passes, and leaves behind an error that nobody catches', async () => {
  void Promise.reject(new Error('unheard'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(1).toBe(1);
});
