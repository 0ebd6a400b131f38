import { defineConfig } from 'vitest/config';
import { Tally } from './tests/tally/tally.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: ['default', new Tally()],
  },
});
