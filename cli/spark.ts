const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One character for each value, the highest of them full; a blank for nothing. */
export function spark(values: readonly number[]): string {
  const most = Math.max(...values);
  return values
    .map((value) => (value > 0 ? LEVELS[Math.ceil((value / most) * LEVELS.length) - 1]! : ' '))
    .join('');
}
