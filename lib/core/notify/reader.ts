/** Who reads the messages of a subscription. */
export interface Reader {
  lang: Lang;
  /** Of the times in them: `UTC`, or the name of a time zone as IANA has it, such as `Europe/Berlin`. */
  zone: string;
}

export const LANGS = ['en', 'de', 'zh'] as const;
export type Lang = (typeof LANGS)[number];

/** As HTML and HTTP name it; with its script, by which a font for Chinese is chosen. */
export const HTML_LANGS: Readonly<Record<Lang, string>> = { en: 'en', de: 'de', zh: 'zh-Hans' };

export const DEFAULT_READER: Reader = { lang: 'en', zone: 'UTC' };

/** What a subscription says of its reader. */
export interface ReaderFields {
  lang?: Lang | undefined;
  zone?: string | undefined;
}

/** Undefined where all is as it is by default. */
export const readerOf = ({ lang, zone }: ReaderFields): Reader | undefined =>
  lang === undefined && zone === undefined
    ? undefined
    : { lang: lang ?? DEFAULT_READER.lang, zone: zone ?? DEFAULT_READER.zone };
