/** What a job is, and how long it takes; in milliseconds. */
export interface Taking {
  jobType: string;
  ms: number;
}
export type Draw = (random: () => number, nth: number, of: number) => Taking;

/** Numbers from 0 to 1, the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const logNormal = (random: () => number, medianS: number, sigma: number): number =>
  medianS *
  1_000 *
  Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

const NARROW = 0.25;
const shortOrLong = (random: () => number): number => logNormal(random, random() < 0.55 ? 20 : 1_800, NARROW);
const of = (jobType: string, ms: number): Taking => ({ jobType, ms });

export const DURATIONS = {
  narrow: (random) => of('createServer', logNormal(random, 240, NARROW)),
  wide: (random) => of('createServer', logNormal(random, 240, 0.8)),
  bimodal: (random) => of('createServer', shortOrLong(random)),
  /** From four minutes to eight, over all jobs. */
  drifting: (random, nth, all) => of('createServer', logNormal(random, 240 * (1 + nth / all), NARROW)),
  mixed: (random) => {
    const which = random();
    if (which < 0.4) return of('createServer', logNormal(random, 240, NARROW));
    if (which < 0.7) return of('deleteServer', logNormal(random, 20, NARROW));
    return which < 0.9
      ? of('resizeServer', shortOrLong(random))
      : of('createImage', logNormal(random, 600, 0.8));
  },
} satisfies Record<string, Draw>;
export type Shape = keyof typeof DURATIONS;
