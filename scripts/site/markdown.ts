// What Markdown of the repository needs to become a page: names of headings, links of the site, tables that do not widen it.
import { linkIn, slugOf } from './links.ts';
import { titleOf } from './pages.ts';

interface Token {
  type: string;
  content: string;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
  children: Token[] | null;
}
type Rule = (tokens: Token[], index: number, ...rest: unknown[]) => string;
/** Of markdown-it, what is used here. */
export interface Markdown {
  core: {
    ruler: {
      push(
        name: string,
        rule: (state: { tokens: Token[]; env: { page: { inputPath: string } } }) => void,
      ): void;
    };
  };
  renderer: { rules: Record<string, Rule | undefined> };
}

/** `fileOf`: which file of the repository a page is. `needed` is told of each file that a page links to or shows. */
export function amend(md: Markdown, fileOf: (path: string) => string, needed: (file: string) => void): void {
  md.core.ruler.push('site', ({ tokens, env }) => {
    const page = fileOf(env.page.inputPath);
    const taken = new Map<string, number>();
    tokens.forEach((token, at) => {
      if (token.type === 'heading_open') {
        const slug = slugOf(textOf(tokens[at + 1]!));
        const before = taken.get(slug) ?? 0;
        taken.set(slug, before + 1);
        token.attrSet('id', before === 0 ? slug : `${slug}-${before}`);
      }
      token.children?.forEach((child, at, all) => {
        for (const name of ['href', 'src']) {
          const written = child.attrGet(name);
          if (written === null) continue;
          const { href, file } = linkIn(page, written);
          child.attrSet(name, href);
          if (file === undefined) continue;
          needed(file);
          // Where the repository says the name of the file, the site says that of the page.
          const said = all[at + 1];
          if (said && /^[\w./-]+\.md$/.test(said.content)) said.content = titleOf(file) ?? said.content;
        }
      });
    });
  });
  // A wide table scrolls by itself, also by the keyboard.
  md.renderer.rules['table_open'] = () =>
    '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n';
  md.renderer.rules['table_close'] = () => '</table></div>\n';
}

const textOf = ({ children }: Token): string =>
  (children ?? [])
    .map((child) => (['text', 'code_inline'].includes(child.type) ? child.content : ''))
    .join('');
