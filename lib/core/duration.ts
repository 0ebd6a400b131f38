const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** For people: the two largest units, `4 min 7 s`, `2 h`, `3 d 4 h`. Rounded to seconds, the rest is cut off. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first === -1) return 'less than 1 s';
  let left = seconds;
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? `${count} ${unit}` : '';
  });
  return parts.filter(Boolean).join(' ');
}
