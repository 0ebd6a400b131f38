/** The pages of docs/messages/: each message as each channel shows it, in each language. */
import { LANGS, type Lang } from '../../lib/core/notify/reader.ts';
import { KEPT_UP, SAMPLES } from '../../tests/core/notify/samples.ts';
import { CHAT_PICTURES, nameOf } from '../pictures/chat.ts';
import { SHOW } from './shown.ts';

/** As somebody there would have it. */
export const ZONES: Record<Lang, string> = { en: 'UTC', de: 'Europe/Berlin', zh: 'Asia/Shanghai' };

/** By their names. */
export async function pages(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const lang of LANGS)
    for (const channel of Object.keys(SHOW)) all.set(`${channel}.${lang}.md`, await page(channel, lang));
  return all.set('README.md', index());
}

async function page(channel: string, lang: Lang): Promise<string> {
  const zone = ZONES[lang];
  const parts = [
    `# Messages: ${channel}, \`lang: ${lang}\`, \`zone: ${zone}\``,
    'Made by `npm run messages`. The first line of each is what a locked phone shows.',
  ];
  const all = channel === 'slack' ? { ...SAMPLES, ...KEPT_UP } : SAMPLES;
  for (const [name, event] of Object.entries(all)) {
    const { push, text } = await SHOW[channel]!(event, { lang, zone });
    parts.push(`## ${name}`, fenced(`${push}\n\n${text}`));
    for (const picture of CHAT_PICTURES)
      if (picture.channel === channel && picture.lang === lang && picture.event === name)
        parts.push(`![${channel}: ${name}, ${picture.width} px](../pictures/${nameOf(picture)}.png)`);
  }
  return `${parts.join('\n\n')}\n`;
}

const fenced = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;

function index(): string {
  const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    row(['', ...LANGS]),
    row(['---', ...LANGS.map(() => '---')]),
    ...Object.keys(SHOW).map((channel) =>
      row([channel, ...LANGS.map((lang) => `[${channel}.${lang}.md](${channel}.${lang}.md)`)]),
    ),
  ];
  return [
    '# What messages say',
    'Each kind of event as each channel shows it, in each language: examples with invented names. `npm run messages` makes these pages.',
    table.join('\n'),
    'A webhook gets the event itself, which has no language: [events.md](../events.md).',
    '`npm run pictures` draws some of them, on the page of their channel and language. A failed job as a mail, on a phone in the light and in the dark:',
    '![The mail of a failed job](../pictures/mail-failed-360.png) ![The same in the dark](../pictures/mail-failed-360-dark.png)',
    '',
  ].join('\n\n');
}
