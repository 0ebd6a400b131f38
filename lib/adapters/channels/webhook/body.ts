import { lazily } from '../../../core/lazily.ts';
import type { RequestSettings } from '../../../core/notify/subscription.ts';
import type { Message } from '../../../ports.ts';
import { contextOf } from './template-context.ts';
import type { Failed } from './template.ts';

export interface Body {
  text: string;
  contentType: string;
  /** Why this is the body that every receiver gets, and not the one that was wanted. */
  failed?: Failed;
}
export type BodyOf = (message: Message, standard: string, request: RequestSettings) => Promise<Body> | Body;

const JSON_TYPE = 'application/json';

/** A template that fails loses no message: what every receiver gets goes out instead. */
export function bodies(): BodyOf {
  const render = lazily(async () => (await import('./template.ts')).createRender());
  return (message, standard, { body: template, secrets, contentType = JSON_TYPE }) => {
    if (template === undefined) return { text: standard, contentType };
    const { event, deliveryId: id, subscription } = message;
    return render()
      .then((fill) => fill(template, contentType, contextOf(standard, event, { id, subscription }, secrets)))
      .catch((): Failed => ({ ok: false, problem: 'it cannot be filled in' }))
      .then((made) =>
        made.ok ? { text: made.body, contentType } : { text: standard, contentType: JSON_TYPE, failed: made },
      );
  };
}
