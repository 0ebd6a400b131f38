import { clause } from '../message-content.ts';
import type { Lang } from '../reader.ts';
import { de } from './de.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

export type { Texts };

/** What clouds and people write may end like a sentence; what is put before something else does not, in any language. */
const joining = (texts: Texts): Texts => ({
  ...texts,
  labelled: (label, value) => texts.labelled(clause(label), value),
  because: (title, reason) => texts.because(clause(title), reason),
  withCode: (reason, code) => texts.withCode(clause(reason), code),
  job: { ...texts.job, ids: (what, ids) => texts.job.ids(clause(what), ids) },
  target: { ...texts.target, atLast: (reason, cause) => texts.target.atLast(clause(reason), cause) },
});

/** What messages say, in each language. */
export const TEXTS: Readonly<Record<Lang, Texts>> = { en: joining(en), de: joining(de), zh: joining(zh) };
