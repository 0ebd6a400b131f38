import type { Lang } from '../reader.ts';
import { de } from './de.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

export type { Texts };

/** What messages say, in each language. */
export const TEXTS: Readonly<Record<Lang, Texts>> = { en, de, zh };
