import type { Lang } from '../../../core/notify/reader.ts';
import { de } from './de.ts';
import { en, type ConsoleTexts } from './en.ts';

export type { ConsoleTexts };

/** The languages that the console speaks itself. */
export const CONSOLE_LANGS = ['en', 'de'] as const satisfies readonly Lang[];
export type ConsoleLang = (typeof CONSOLE_LANGS)[number];

export const CONSOLE_TEXTS: Readonly<Record<ConsoleLang, ConsoleTexts>> = { en, de };

export const isConsoleLang = (text: string | null): text is ConsoleLang =>
  (CONSOLE_LANGS as readonly (string | null)[]).includes(text);
