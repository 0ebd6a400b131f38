import type { Lang } from '../../../core/notify/reader.ts';
import type { PageTexts } from './page-text.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { zh } from './texts/zh.ts';

/** The pages behind the links in mails, each in every language: one that misses a text does not compile. */
export const PAGES: Record<Lang, PageTexts> = { en, de, zh };
