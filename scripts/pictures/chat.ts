/**
 * Messages of chats as HTML, drawn plainly from what is posted: where a client puts headers, columns, lines and buttons. The clients draw more
 * around it; that nothing is cut, doubled or out of order shows here, too.
 */
import { dingtalkMarkdown } from '../../lib/adapters/channels/dingtalk/markdown.ts';
import { feishuCard } from '../../lib/adapters/channels/feishu/card.ts';
import { slackPayload } from '../../lib/adapters/channels/slack/blocks.ts';
import { teamsMessage } from '../../lib/adapters/channels/teams/card.ts';
import { wecomText } from '../../lib/adapters/channels/wecom/text.ts';
import type { MessageContent } from '../../lib/core/notify/message-content.ts';
import type { Lang } from '../../lib/core/notify/reader.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const div = (kind: string, html: string): string => `<div class="${kind}">${html}</div>`;
const button = (url: string, words: string, kind = ''): string =>
  `<a class="button ${kind}" href="${escaped(url)}">${escaped(words)}</a>`;

/** By channel: what stands within the bubble. */
const DRAW: Readonly<Record<string, (content: MessageContent) => string>> = {
  slack(content) {
    // Slack's three escapes are those of HTML.
    return (slackPayload(content).blocks ?? [])
      .map((block) => {
        if ('fields' in block) return div('fields', block.fields.map(({ text }) => div('', text)).join(''));
        if (block.type === 'header') return div('header', block.text.text);
        const link = /^<(https:[^|]*)\|(.*)>$/.exec(block.text.type === 'mrkdwn' ? block.text.text : '');
        return div('section', link ? `<a href="${link[1]}">${link[2]}</a>` : block.text.text);
      })
      .join('');
  },
  teams(content) {
    const { body, actions = [] } = teamsMessage(content).attachments[0].content;
    const blocks = body.map(({ inlines, separator }) =>
      div(
        separator ? 'block line' : 'block',
        inlines
          .map(
            ({ text, weight, size, color }) =>
              `<span class="${[weight, size, color].filter(Boolean).join(' ')}">${escaped(text)}</span>`,
          )
          .join(''),
      ),
    );
    return [...blocks, div('actions', actions.map(({ title, url }) => button(url, title)).join(''))].join('');
  },
  feishu(content) {
    const { header, elements } = feishuCard(content).card;
    const drawn = elements.map((element) => {
      if (element.tag === 'hr') return '<hr>';
      if (element.tag === 'div') return div('section', escaped(element.text.content));
      return div(
        'actions',
        element.actions.map(({ text, url, type }) => button(url, text.content, type)).join(''),
      );
    });
    return [div(`title ${header.template}`, escaped(header.title.content)), ...drawn].join('');
  },
  dingtalk: (content) => markdownHtml(dingtalkMarkdown(content).markdown.text),
  wecom: (content) =>
    div(
      'section',
      escaped(wecomText(content).text.content).replaceAll(
        /https:\S+/g,
        (url) => `<a href="${url}">${url}</a>`,
      ),
    ),
};
/** Of Markdown, what is sent; entities are those of HTML. */
function markdownHtml(text: string): string {
  const inline = (one: string): string =>
    one
      .replaceAll(/\\([!-/:-@[-`{-~])/g, (_, mark: string) => `&#${mark.charCodeAt(0)};`)
      .replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, '<a href="$2">$1</a>')
      .replaceAll(/\*\*(.+?)\*\*/g, '<b>$1</b>');
  return text
    .split('\n\n')
    .map((part) => {
      if (part.startsWith('#### ')) return `<h4>${inline(part.slice(5))}</h4>`;
      if (part.startsWith('> ')) return `<blockquote>${inline(part.slice(2))}</blockquote>`;
      if (!part.startsWith('- ')) return `<p>${inline(part)}</p>`;
      const points = part.split('\n').map((point) => `<li>${inline(point.slice(2))}</li>`);
      return `<ul>${points.join('')}</ul>`;
    })
    .join('');
}

export const CHATS = Object.keys(DRAW);

export function chatPage(channel: string, content: MessageContent): string {
  return `<!doctype html><html lang="${content.lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${channel}</title><style>${STYLE}</style><body class="${channel}"><main><div class="who"><b>Jobchime</b> <small>13:04</small></div>
<div class="bubble">${DRAW[channel]!(content)}</div></main>`;
}

const STYLE = `
:root{color-scheme:light dark;--back:#fff;--card:#fff;--text:#1d1c1d;--soft:#616061;--line:#ddd;--link:#1264a3;--good:#1a7f37;--warn:#8a5a00;--bad:#b3261e;--info:#0b5cad}
@media(prefers-color-scheme:dark){:root{--back:#1a1d21;--card:#24272b;--text:#e8e8e8;--soft:#a5a7aa;--line:#44474b;--link:#6cb8f0;--good:#6fd08c;--warn:#f0c05a;--bad:#ff9a94;--info:#8cc2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.45 "Noto Sans","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
main{padding:12px;max-width:640px}
.who{margin-bottom:4px}small{color:var(--soft)}a{color:var(--link)}
.section,.block,.fields div,.title,.header{white-space:pre-wrap}
.header{font-size:18px;font-weight:700;line-height:1.3;margin-bottom:8px}
.slack .section{margin:6px 0}.fields{display:grid;grid-template-columns:1fr 1fr;gap:6px 12px;margin:6px 0}
.teams .bubble,.feishu .bubble,.dingtalk .bubble,.wecom .bubble{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:12px;overflow:hidden}
.block{margin-bottom:8px}.block.line{border-top:1px solid var(--line);padding-top:8px}
.Bolder{font-weight:700}.Large{font-size:19px;line-height:1.3}
.Good{color:var(--good)}.Warning{color:var(--warn)}.Attention{color:var(--bad)}.Accent{color:var(--info)}
.actions{display:flex;flex-wrap:wrap;gap:8px}
.button{border:1px solid var(--line);border-radius:4px;padding:5px 12px;text-decoration:none;color:var(--text)}
.button.primary{border-color:var(--link);color:var(--link)}
.feishu .title{margin:-12px -12px 12px;padding:10px 12px;font-weight:700;color:#fff}
.green{background:#1a7f37}.orange{background:#9a5b00}.red{background:#b3261e}.blue{background:#0b5cad}
.feishu .section{margin-bottom:10px}hr{border:0;border-top:1px solid var(--line)}
.dingtalk h4{margin:0 0 8px;font-size:17px;line-height:1.35}.dingtalk p{margin:8px 0}.dingtalk ul{margin:8px 0;padding-left:20px}
.dingtalk blockquote{margin:8px 0;padding-left:10px;border-left:3px solid var(--line);color:var(--soft)}
`;

export interface ChatPicture {
  channel: string;
  event: string;
  lang: Lang;
  width: number;
  dark: boolean;
}
export const nameOf = ({ channel, event, lang, width, dark }: ChatPicture): string =>
  `${channel}-${event}-${lang}-${width}${dark ? '-dark' : ''}`;

/** Those that docs/messages/ shows, each on the page of its channel and language. */
export const CHAT_PICTURES: readonly ChatPicture[] = [
  { channel: 'slack', event: 'job.failed', lang: 'en', width: 360, dark: false },
  { channel: 'slack', event: 'summary', lang: 'de', width: 800, dark: true },
  { channel: 'teams', event: 'group.ended.partial', lang: 'en', width: 360, dark: true },
  { channel: 'teams', event: 'job.failed', lang: 'de', width: 800, dark: false },
  { channel: 'feishu', event: 'job.failed', lang: 'zh', width: 360, dark: false },
  { channel: 'dingtalk', event: 'summary', lang: 'zh', width: 360, dark: false },
  { channel: 'wecom', event: 'group.ended.partial', lang: 'zh', width: 360, dark: true },
];
