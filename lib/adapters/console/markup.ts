/** Text of a cloud, a user or a receiver may hold anything; what would end a line's order or a tag does nothing here. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Control characters, and marks that make text read in another order than it stands in. */
const INVISIBLE = /[^\P{Cc}\n\t]|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(INVISIBLE, '\uFFFD')
    .replaceAll(/[&<>"']/g, (it) => ESCAPES[it]!);

/** Markup that goes out as it is. Nothing but `markup` makes it, so what was parsed or stored never is. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Html = Markup;
export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

/** A template whose values are text, also within quoted attributes; only what another template made is markup. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Piece[]): Html =>
  new Markup(parts.map((part, i) => (i === 0 ? part : textOf(values[i - 1]) + part)).join(''));

function textOf(value: Piece): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === undefined || value === false) return '';
  return typeof value === 'object' ? value.map(textOf).join('') : escaped(String(value));
}
