// The site of the documentation, from the Markdown of the repository: it needs no server, no network, and no other file than its own.
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import Eleventy from '@11ty/eleventy';
import highlight from '@11ty/eleventy-plugin-syntaxhighlight';
import { build } from 'esbuild';
import MiniSearch from 'minisearch';
import { HEADING, STYLE, layout, sectionsOf, textOf } from './layout.ts';
import { addressOf, copyOf, deadLinks, type Written } from './links.ts';
import { amend } from './markdown.ts';
import { PARTS, partOf } from './pages.ts';
import { OPTIONS } from './search-options.js';

const ROOT = join(import.meta.dirname, '../..');

/** All pages: those of the menu, and those below one of them. */
export const filesOf = (root = ROOT): string[] => [
  ...new Set([
    ...PARTS.flatMap(({ pages }) => pages.map(({ file }) => file)),
    ...globSync('docs/**/*.md', { cwd: root }).toSorted(),
  ]),
];

/** Writes the site into `folder`, which it empties, and answers the links in it that lead nowhere. */
export async function buildSite(folder: string): Promise<{ pages: number; dead: string[] }> {
  rmSync(folder, { recursive: true, force: true });
  const needed = new Set<string>();
  const pages: (Written & { file: string; text: string })[] = [];
  const files = filesOf();
  // Eleventy looks for settings and data in its input folder: there are none.
  const empty = mkdtempSync(join(tmpdir(), 'jobchime-site-'));
  const input = relative(process.cwd(), empty);
  const site = new Eleventy(input, folder, {
    quietMode: true,
    configPath: false,
    config(config) {
      // Markdown alone: what is in braces is an example of a template, not one.
      const data = { templateEngineOverride: 'md' };
      for (const file of files) config.addTemplate(file, readFileSync(join(ROOT, file), 'utf8'), data);
      const fileOf = (path: string): string => relative(empty, path);
      config.setUseGitIgnore(false);
      config.setTemplateFormats('md');
      config.addGlobalData(
        'permalink',
        () =>
          ({ page }: { page: { inputPath: string } }) =>
            addressOf(fileOf(page.inputPath)),
      );
      // A wide example scrolls by the keyboard, too.
      config.addPlugin(highlight, { preAttributes: { tabindex: 0 } });
      config.amendLibrary('md', (md) => amend(md, fileOf, (file) => needed.add(file)));
      config.addTransform('page', function (text) {
        const file = fileOf(this.page.inputPath);
        const html = layout(file, text);
        pages.push({ file, address: addressOf(file), html, text });
        return html;
      });
    },
  });
  await site.write();
  rmSync(empty, { recursive: true });

  for (const file of needed) {
    const from = join(ROOT, file);
    if (file.endsWith('.md') || !existsSync(from) || !statSync(from).isFile()) continue;
    mkdirSync(dirname(join(folder, copyOf(file))), { recursive: true });
    cpSync(from, join(folder, copyOf(file)));
  }
  writeFileSync(join(folder, 'style.css'), STYLE);
  writeFileSync(
    join(folder, 'search-index.js'),
    `globalThis.searchIndex=${JSON.stringify(indexOf(pages))};\n`,
  );
  await build({
    entryPoints: [join(import.meta.dirname, 'search.js')],
    outfile: join(folder, 'search.js'),
    bundle: true,
    minify: true,
    target: 'es2022',
    logLevel: 'warning',
  });
  return { pages: pages.length, dead: deadLinks(pages, (address) => existsSync(join(folder, address))) };
}

/** Each section of the pages of the menu. Those of single channels repeat the same messages, and would hide what is looked for. */
function indexOf(pages: readonly { file: string; text: string }[]): MiniSearch {
  const index = new MiniSearch(OPTIONS);
  for (const { file, text } of pages.filter(({ file }) => partOf(file)?.file === file)) {
    const parts = text.split(HEADING);
    // The text, then for each heading its level, its id, its words, and what follows it.
    sectionsOf(text).forEach(({ id, title }, at) =>
      index.add({
        id: `${addressOf(file)}#${id}`,
        title,
        page: partOf(file)!.title,
        text: textOf(parts[at * 4 + 4] ?? '')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      }),
    );
  }
  return index;
}
