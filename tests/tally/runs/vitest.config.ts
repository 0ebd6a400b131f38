import { defineConfig } from 'vitest/config';
import { Tally } from '../tally.ts';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['{broken,mixed,passing,unheard}.ts'],
    reporters: [new Tally()],
  },
});
