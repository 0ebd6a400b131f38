import { count, fieldFrom, iso, time } from './event-fields.ts';

/** What is told of a target, as it was when it was found out. */
export interface TargetFact {
  reason: string;
  /** Epoch milliseconds. */
  since: number;
  /** Why the newest attempt failed, where `reason` does not say it. */
  cause?: string;
  /** Deliveries given up that no event has counted yet. */
  givenUp?: number;
  /** The one that was given up. */
  delivery?: { id: string; event: string; kind: string; subject: string };
}
export interface TargetSource extends TargetFact {
  subscription: string;
  channel: string;
  shown: string;
}

const field = fieldFrom<TargetSource>();

/** What an event says of a target. One more field is one more entry. */
export const SUBSCRIPTION_DATA = {
  subscription: field(
    (z) => z.string(),
    (it) => it.subscription,
  ),
  channel: field(
    (z) => z.string(),
    (it) => it.channel,
  ),
  target: field(
    (z) => z.string().describe('Shortened so that it gives nothing away'),
    (it) => it.shown,
  ),
  reason: field(
    (z) =>
      z
        .string()
        .describe(
          '`gone` or `auth_error`, as the target said; `failing` after days of nothing but failures; `unsubscribed` by the owner of a mail address, or `complained` where the owner reported a mail as spam; `bounced` where a mail came back; or why an attempt failed',
        ),
    (it) => it.reason,
  ),
  since: field(
    (z) => time(z),
    (it) => iso(it.since),
  ),
  cause: field(
    (z) => z.string().optional().describe('Why the newest attempt failed'),
    (it) => it.cause,
  ),
  givenUp: field(
    (z) => count(z).optional().describe('Deliveries given up that no earlier event counted'),
    (it) => it.givenUp,
  ),
};

/** What `delivery.failed` says besides. */
export const DELIVERY_DATA = {
  ...SUBSCRIPTION_DATA,
  delivery: field(
    (z) =>
      z
        .object({
          id: z.string(),
          event: z.string().describe('Its id'),
          kind: z.string(),
          subject: z.string(),
        })
        .describe('The delivery that was given up, and the event that did not arrive'),
    (it) => it.delivery ?? { id: '', event: '', kind: '', subject: '' },
  ),
};
