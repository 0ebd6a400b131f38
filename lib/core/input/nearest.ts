/** What people call a thing that is called otherwise here. They count only where the word is one of the known. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  huawei: ['hwc', 'hw', 'hwcloud', 'huaweicloud', 'hcloud'],
  otc: ['opentelekomcloud', 'telekom', 'telekomcloud', 'tsystems', 'tcloud', 'tcloudpublic'],
  failures: [
    'failed',
    'fail',
    'fails',
    'failing',
    'error',
    'errors',
    'problems',
    'alerts',
    'bad',
    'jobfailed',
  ],
  endings: ['end', 'ends', 'ended', 'done', 'finished', 'completed', 'completions', 'results'],
  everything: ['all', 'any', 'always', '*'],
  email: ['mail', 'smtp', 'ses', 'mailto'],
  webhook: ['hook', 'http', 'https', 'url', 'webhooks'],
  warn: ['warning'],
  debug: ['trace', 'verbose'],
  error: ['fatal', 'critical'],
};

/** The known word that `word` was probably meant to be; undefined where none is close enough to be worth saying. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Longer than any word we know: not a slip of the pen, and not worth the arithmetic.
  if (word.length > 40) return undefined;
  const folded = fold(word);
  const other = known.find((candidate) => SYNONYMS[candidate]?.includes(folded));
  if (other) return other;
  if (known.includes(word)) return word;
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(folded, fold(candidate)) }))
    .toSorted((a, b) => a.edits - b.edits);
  const best = ranked[0];
  // A third of the word: one slip in `from`, three in `secret_key`. Beyond that it is another word.
  return best && best.edits <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

const fold = (text: string): string => text.toLowerCase().replaceAll(/[-_\s.]/g, '');

/** Levenshtein: the fewest insertions, removals and replacements that turn one word into the other. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
