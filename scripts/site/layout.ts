// One page of the site: menu, text, and what stands on it.
import { COLOURS } from '../../lib/adapters/api/pages/page.ts';
import { addressOf, linkTo } from './links.ts';
import { PARTS, partOf } from './pages.ts';

export interface Section {
  level: number;
  id: string;
  title: string;
}

export const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const HEADING = /<h([1-3]) id="([^"]*)"[^>]*>([^]*?)<\/h\1>/g;
export const sectionsOf = (html: string): Section[] =>
  [...html.matchAll(HEADING)].map(([, level, id, title]) => ({
    level: Number(level),
    id: id!,
    title: textOf(title!),
  }));

function menu(file: string): string {
  const current = partOf(file)?.file;
  return PARTS.map(
    ({ title, pages }) => `<h2>${escaped(title)}</h2>
<ul>
${pages
  .map(
    (one) =>
      `<li><a href="${linkTo(file, addressOf(one.file))}"${one.file === current ? ' aria-current="page"' : ''}>${escaped(one.title)}</a></li>`,
  )
  .join('\n')}
</ul>`,
  ).join('\n');
}

export function layout(file: string, html: string): string {
  const sections = sectionsOf(html);
  const title = sections.find(({ level }) => level === 1)?.title ?? partOf(file)?.title ?? file;
  const below = sections.filter(({ level }) => level === 2);
  const body = html.replaceAll(
    HEADING,
    (_, level: string, id: string, inner: string) =>
      `<h${level} id="${id}">${inner}${level === '1' ? '' : ` <a class="anchor" href="#${id}" aria-label="Link to: ${escaped(textOf(inner))}">#</a>`}</h${level}>`,
  );
  return `<!doctype html>
<html lang="${/\.(de|zh)\.md$/.exec(file)?.[1] ?? 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title === 'Jobchime' ? title : `${title} · Jobchime`)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${linkTo(file, 'style.css')}">
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header>
<a class="home" href="${linkTo(file, 'index.html')}">Jobchime</a>
<a class="to-menu" href="#menu">Menu</a>
<search hidden data-index="${linkTo(file, 'search-index.js')}" data-root="${linkTo(file, 'index.html').replace(/index\.html$/, '')}">
<input type="search" id="q" aria-label="Search the documentation" placeholder="Search ( / )" autocomplete="off" spellcheck="false">
<p id="said" role="status"></p>
<ol id="found"></ol>
</search>
</header>
<div class="page">
<main id="text" tabindex="-1">
${body}
</main>
${
  below.length > 1
    ? `<nav class="here" aria-label="On this page">
<h2>On this page</h2>
<ul>
${below.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('\n')}
</ul>
</nav>`
    : ''
}
<nav class="menu" id="menu" aria-label="All pages">
${menu(file)}
</nav>
</div>
<script src="${linkTo(file, 'search.js')}" defer></script>
</body>
</html>
`;
}

export const STYLE = `${COLOURS}
:root{--mark:#fff3c4;--word:#7a3200;--name:#0a4f96;--value:#1d5b2c}
@media (prefers-color-scheme:dark){:root{--mark:#4a3d0c;--word:#f2b880;--name:#9ccbf7;--value:#a5d9b0}}
html{scroll-padding-top:64px}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
main:focus{outline:0}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:2}
body>header{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:6px 20px;align-items:center;padding:8px 20px;background:var(--card);border-bottom:1px solid var(--line)}
.home{font-size:18px;font-weight:700;color:var(--ink);text-decoration:none}
search{position:relative;flex:1;max-width:520px;margin-left:auto}
search input{width:100%;min-height:38px;padding:5px 12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:4px}
#said{position:absolute;left:-999px}
#found{position:absolute;right:0;width:min(640px,calc(100vw - 24px));max-height:75vh;overflow:auto;margin:4px 0 0;padding:0;list-style:none;background:var(--card);border:1px solid var(--line);border-radius:4px;box-shadow:0 8px 28px #0004}
#found:empty{display:none}
#found a{display:block;padding:9px 14px;color:var(--ink);text-decoration:none;border-bottom:1px solid var(--line)}
#found a:focus,#found a:hover{background:var(--paper);outline-offset:-3px}
#found b{color:var(--act)}
#found small{display:block;color:var(--soft);font-size:14px;line-height:1.4}
mark{background:var(--mark);color:inherit}
.page{display:grid;grid-template-columns:250px minmax(0,1fr) 220px;grid-template-areas:"menu text here";gap:0 36px;max-width:1400px;margin:0 auto;padding:0 20px}
.menu{grid-area:menu}
.here{grid-area:here}
.menu,.here{position:sticky;top:56px;align-self:start;max-height:calc(100vh - 56px);overflow:auto;padding:12px 4px 24px;font-size:15px;line-height:1.4}
nav h2{margin:16px 0 4px;font-size:13px;color:var(--soft);font-weight:600}
nav ul{margin:0;padding:0;list-style:none}
nav a{display:block;padding:4px 10px;color:var(--ink);text-decoration:none;border-left:3px solid transparent}
nav a:hover{text-decoration:underline}
nav [aria-current]{color:var(--act);font-weight:600;border-left-color:var(--act)}
.to-menu{display:none}
main{grid-area:text;padding:12px 0 60px}
h1{margin:12px 0 16px;font-size:30px;line-height:1.25}
h2{margin:40px 0 10px;font-size:23px;line-height:1.3}
h3{margin:28px 0 8px;font-size:18px;line-height:1.35}
h4{margin:20px 0 6px;font-size:16px}
.anchor{color:var(--soft);text-decoration:none;font-weight:400;opacity:0}
:is(h2,h3):hover .anchor,.anchor:focus{opacity:1}
code,pre{font:14px/1.5 ui-monospace,monospace}
:not(pre)>code{padding:1px 5px;background:var(--card);border:1px solid var(--line);border-radius:3px;overflow-wrap:anywhere}
pre{margin:14px 0;padding:14px 16px;background:var(--card);border:1px solid var(--line);border-radius:4px;overflow:auto;overflow-wrap:normal}
.wide{margin:14px 0;overflow:auto}
table{border-collapse:collapse;background:var(--card);font-size:15px;line-height:1.45}
th,td{padding:7px 12px;text-align:left;vertical-align:top;border:1px solid var(--line);min-width:7em;overflow-wrap:break-word}
th{font-weight:600}
td code{white-space:normal}
img{max-width:100%;height:auto}
img[src$=".png"]{border:1px solid var(--line);border-radius:4px}
.token:is(.comment,.prolog){color:var(--soft)}
.token:is(.keyword,.boolean,.number,.important,.rule){color:var(--word)}
.token:is(.property,.key,.atrule,.attr-name,.function,.builtin,.tag){color:var(--name)}
.token:is(.string,.attr-value,.char){color:var(--value)}
@media (max-width:1150px){.page{grid-template-columns:230px minmax(0,1fr);grid-template-areas:"menu text"}.here{display:none}}
@media (max-width:760px){
.page{display:block;padding:0 16px}
.menu{position:static;max-height:none;border-top:1px solid var(--line)}
.menu a{padding:9px 10px}
.to-menu{display:inline-block;padding:6px 0}
body>header{padding:8px 16px}
search{flex-basis:100%;max-width:none}
h1{font-size:25px}
html{scroll-padding-top:110px}
}
@media print{body>header,nav,.anchor{display:none}.page{display:block}}
`;
