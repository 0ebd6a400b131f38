import { expect, it } from 'vitest';

it('passes', () => {});
it.each([1, 2])('passes too, %i', (n) => expect(n).toBeGreaterThan(0));
it('fails', () => expect(1).toBe(2));
it.skip('is left out', () => {});
it.todo('is not written');
