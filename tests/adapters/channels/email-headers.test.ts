/** What mail programs and filters read of a mail: threads, lists, and that a machine wrote it. */
import { describe, expect, it } from 'vitest';
import { headersOf, threadRoot } from '../../../lib/adapters/channels/email/headers.ts';
import { createEmail } from '../../../lib/adapters/channels/email/sender.ts';
import { smtpTransport } from '../../../lib/adapters/channels/email/smtp.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { newTarget } from '../../../lib/core/notify/target.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { messageTo } from './kit.ts';
import { mailbox } from './mailbox.ts';

async function arrived(event: Event, to = 'ops@example.org', subscription = 'team') {
  const { port, delivered } = await mailbox();
  const transport = smtpTransport({ host: '127.0.0.1', port, secure: false });
  const message = messageTo(
    newTarget('email', () => to),
    event,
  );
  await createEmail({ transport, from: 'Jobchime <jobchime@example.com>' }).send({
    ...message,
    subscription,
  });
  return delivered[0]!.mail;
}
const [FAILED, OVERDUE, ORIGIN] = ['job.failed', 'job.overdue', 'origin.unreachable'].map(
  (name) => SAMPLES[name]!,
) as [Event, Event, Event];

describe('a thread', () => {
  it('holds all that one address gets about one job, from whatever subscription', async () => {
    const [overdue, failed, again] = [
      await arrived(OVERDUE),
      await arrived(FAILED),
      await arrived(FAILED, 'OPS@example.org', 'everything'),
    ];
    expect(overdue.inReplyTo).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    for (const mail of [overdue, failed, again]) {
      expect(mail.inReplyTo).toBe(overdue.inReplyTo);
      expect(mail.references).toBe(overdue.inReplyTo);
    }
  });

  it('is another for another job, origin or address, also where these end in one mailbox', async () => {
    const roots = [
      await arrived(FAILED),
      await arrived(ORIGIN),
      await arrived(FAILED, 'ann@example.org'),
    ].map(({ inReplyTo }) => inReplyTo);
    expect(new Set(roots).size).toBe(3);
  });

  it('is one for each group of jobs, whatever its name has', () => {
    const root = (subject: string, endpoint = 'ep_1') =>
      threadRoot({ event: { kind: 'job.failed', subject }, endpoint, domain: 'example.com' });
    expect(root('group/apply-42/1')).toBe(root('group/apply-42/1'));
    expect(root('group/apply-42/1')).not.toBe(root('group/apply-42/2'));
    expect(root('group/a', 'ep_1')).not.toBe(root('group/a', 'ep_2'));
    expect(root('größe\r\nBcc: x <y@z>')).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  });
});

describe('the headers', () => {
  const of = (subscription: string) =>
    headersOf({ event: FAILED, subscription, endpoint: 'ep_1', domain: 'example.com', link: null });

  it('name the list of the subscription, the kind, and that nobody needs to answer', async () => {
    const { headers } = await arrived(FAILED);
    expect(headers.get('list')).toMatchObject({
      id: { id: 'team.jobchime.example.com', name: 'Jobchime team' },
    });
    expect(headers.get('x-jobchime-kind')).toBe('job.failed');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('x-auto-response-suppress')).toBe('All');
    expect(headers.get('precedence')).toBeUndefined();
  });

  it.each([
    ['team', 'Jobchime team <team.jobchime.example.com>'],
    ['sub_0123', 'Jobchime sub_0123 <sub_0123.jobchime.example.com>'],
    ['notify_0123456789abcdef', 'Jobchime jobs <jobs.jobchime.example.com>'],
    ['a b>\r\nBcc: c@d', 'Jobchime a-b-Bcc-c-d <a-b-Bcc-c-d.jobchime.example.com>'],
  ])('make of the subscription %j the list %s', (subscription, list) => {
    expect(of(subscription)['List-Id']).toBe(list);
  });

  it('speak of unsubscribing only where there is a link', () => {
    expect(Object.keys(of('team')).filter((name) => name.startsWith('List-Unsub'))).toEqual([]);
  });
});
