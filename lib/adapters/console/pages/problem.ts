import type { Refusal } from '../../api/problem.ts';
import { markup } from '../markup.ts';
import { card } from '../parts.ts';
import type { Asked, Page } from '../visit.ts';

export function problem({ texts }: Asked, { kind, refused, headers }: Refusal): Page {
  const { titles, back } = texts.problem;
  const title = titles[kind] ?? titles['other']!;
  return {
    title,
    status: refused.status,
    body: markup`<h1>${title}</h1>
      ${card('warn', refused.detail)}
      <p><a href="/">${back}</a></p>`,
    ...(headers && { headers }),
  };
}
