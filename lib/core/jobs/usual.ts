import { duration } from '../duration.ts';
import type { Usual } from './job.ts';

/** `such jobs usually take 2 min to 5 min`: eight of ten did. */
export function usualWords(usual: Pick<Usual, 'p10' | 'p90'>): string {
  const [from, to] = usualRange(usual).map(duration);
  return `such jobs usually take ${from === to ? from : `${from} to ${to}`}`;
}

/** As exact as it is: half a minute says nothing beside an hour. */
export const usualRange = ({ p10, p90 }: Pick<Usual, 'p10' | 'p90'>): [from: number, to: number] => [
  rounded(p10),
  rounded(p90),
];

function rounded(ms: number): number {
  const step = ms >= 600_000 ? 60_000 : ms >= 60_000 ? 10_000 : 1_000;
  return Math.round(ms / step) * step;
}
