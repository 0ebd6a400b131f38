// Links of the repository, as links of the site.
import { posix } from 'node:path';

/** Where a page stands in the site: the pages of docs/ at the top, all others by their path in project/, and in lower case. */
export function addressOf(file: string): string {
  const at = file.startsWith('docs/') ? file.slice('docs/'.length) : `project/${file}`;
  return at
    .replace(/(^|\/)README\.md$/, '$1index.md')
    .replace(/\.md$/, '.html')
    .toLowerCase();
}
/** Where another file of the repository stands that a page links to or shows. */
export const copyOf = (file: string): string => `files/${file}`;

const from = (page: string, address: string): string => posix.relative(posix.dirname(page), address) || '.';

export interface Link {
  /** As it is written in the site, relative to the page. */
  href: string;
  /** The file of the repository that it means; none for what leads out or stays on its page. */
  file?: string;
}

/** A link in a page of the repository. */
export function linkIn(file: string, href: string): Link {
  if (/^([a-z]+:|#|\/\/)/i.test(href)) return { href };
  const [path = '', ...fragment] = href.split('#');
  const target = posix.join(posix.dirname(file), decodeURI(path));
  const address = target.endsWith('.md') ? addressOf(target) : copyOf(target);
  return { href: [from(addressOf(file), address), ...fragment].join('#'), file: target };
}

/** From any page to another, or to what all pages share. */
export const linkTo = (page: string, address: string): string => from(addressOf(page), address);

/** The name of a heading in links, as code hosts make it. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

export interface Written {
  /** Its address in the site. */
  address: string;
  html: string;
}

/** Links of the site that lead nowhere: to a page, a file or a heading that is not there. `has` knows the files that are no pages. */
export function deadLinks(pages: readonly Written[], has: (address: string) => boolean): string[] {
  const ids = new Map(
    pages.map(({ address, html }) => [
      address,
      new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]!)),
    ]),
  );
  return pages.flatMap(({ address, html }) =>
    [...html.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].flatMap(([, raw = '']) => {
      const href = decodeURI(raw.replaceAll('&amp;', '&'));
      if (/^([a-z]+:|\/\/)/i.test(href)) return [];
      const [path = '', fragment] = href.split('#');
      const target = path === '' ? address : posix.join(posix.dirname(address), path);
      const known = ids.get(target);
      if (!known && !has(target)) return [`${address}: ${href}: there is no such page or file`];
      if (fragment && known && !known.has(fragment))
        return [`${address}: ${href}: that page has no such heading`];
      return [];
    }),
  );
}
