import type { Lang } from '../reader.ts';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Which of the forms goes with a number: `one` and `other` in English and German, only `other` in Chinese. */
export function counting(lang: Lang): (count: number, forms: Forms) => string {
  let rules: Intl.PluralRules | undefined;
  return (count, forms) => forms[(rules ??= new Intl.PluralRules(lang)).select(count)] ?? forms.other;
}
