import { lazily } from '../../../core/lazily.ts';
import type { RequestSettings } from '../../../core/notify/subscription.ts';
import type { Message } from '../../../ports.ts';
import { contextOf } from './template-context.ts';
import type { Failed, Render, Rendered } from './template.ts';

/** What the templates of a subscription make of a message. */
export interface Filled {
  url: string;
  text: string;
  contentType: string;
  /** Why these are the body or the URL that every receiver gets, and not those that were wanted. */
  failed?: Failed & { of: 'body' | 'path' };
}
export type Fill = (message: Message, standard: string, request: RequestSettings) => Promise<Filled> | Filled;

const JSON_TYPE = 'application/json';
const CANNOT: Failed = { ok: false, problem: 'it cannot be filled in' };

/** A template that fails loses no message: what every receiver gets goes out instead. */
export function filling(): Fill {
  const render = lazily(async () => (await import('./template.ts')).createRender());
  return (message, standard, { body, path, secrets, contentType = JSON_TYPE }) => {
    const url = message.target.address();
    if (body === undefined && path === undefined) return { url, text: standard, contentType };
    const { event, deliveryId: id, subscription, target } = message;
    const delivery = { id, subscription, reader: target.reader };
    const context = lazily(() => contextOf(standard, event, delivery, secrets));
    const made = (how: (fill: Render) => Rendered): Promise<Rendered> =>
      render()
        .then(how)
        .catch(() => CANNOT);
    const content = body === undefined ? null : made((fill) => fill(body, contentType, context()));
    const where = path === undefined ? null : made((fill) => fill.behind(url, path, context()));
    return together({ url, text: standard, contentType }, content, where);
  };
}

async function together(
  usual: Filled,
  wanted: Promise<Rendered> | null,
  place: Promise<Rendered> | null,
): Promise<Filled> {
  const [content, where] = [await wanted, await place];
  const withPlace = where?.ok ? { ...usual, url: where.body } : usual;
  if (content?.ok === false)
    return { ...withPlace, contentType: JSON_TYPE, failed: { of: 'body', ...content } };
  const whole = content ? { ...withPlace, text: content.body } : withPlace;
  return where?.ok === false ? { ...whole, failed: { of: 'path', ...where } } : whole;
}
