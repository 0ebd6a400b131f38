/** One rule of the product, and how it is broken on purpose. */
export interface Mutation {
  /** In lower case with hyphens: `npm run mutate -- NAME`. */
  name: string;
  /** The rule that is broken, as a sentence. */
  rule: string;
  file: string;
  /** What stands in the file exactly once, and what is put in its place. */
  find: string;
  put: string;
  /** One of these must fail. */
  tests: readonly string[];
}

/** The text with the rule broken. Throws where what is to be found is not there, or more than once. */
export function mutated(text: string, { name, file, find, put }: Mutation): string {
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new Error(
      `${name}: what it wants to find stands ${times} times in ${file}; write in scripts/mutations what says the rule there now`,
    );
  return text.replace(find, () => put);
}

export interface Verdict {
  mutation: Mutation;
  noticed: boolean;
}

/**
 * Breaks one rule after the other in the tree at `root`, each for as long as its tests run. `passes` runs test files there
 * and says whether all of them are green.
 */
export async function survey(
  mutations: readonly Mutation[],
  files: { read: (file: string) => string; write: (file: string, text: string) => void },
  passes: (tests: readonly string[]) => Promise<boolean>,
  told: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const mutation of mutations) {
    const whole = files.read(mutation.file);
    files.write(mutation.file, mutated(whole, mutation));
    try {
      const verdict = { mutation, noticed: !(await passes(mutation.tests)) };
      verdicts.push(verdict);
      told(verdict);
    } finally {
      files.write(mutation.file, whole);
    }
  }
  return verdicts;
}
