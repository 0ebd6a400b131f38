import { digest, type Event } from '../../../core/jobs/event.ts';
import { isAdHoc } from '../../../core/notify/notify.ts';

/** One mail among all that there are. */
interface About {
  event: Pick<Event, 'kind' | 'subject'>;
  subscription: string;
  /** That the mail goes to. */
  endpoint: string;
  /** Of the sender. */
  domain: string;
  /** Where its recipient unsubscribes; null: nowhere. */
  link: string | null;
}

/**
 * A root that no mail ever had. All mails to one address about one job, or one group of jobs, answer it, so they form a thread and
 * nothing is remembered. Of two addresses that end in one mailbox each has threads of its own.
 */
export const threadRoot = ({
  event,
  endpoint,
  domain,
}: Pick<About, 'event' | 'endpoint' | 'domain'>): string =>
  `<${digest('thread', endpoint, event.subject)}@${domain}>`;

/** What mail programs and filters read. */
export const headersOf = ({ event, subscription, domain, link }: About): Record<string, string> => ({
  // RFC 3834: nobody's holiday notice needs to answer. Exchange reads the other one.
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
  'List-Id': listId(subscription, domain),
  'X-Jobchime-Kind': event.kind,
  ...(link !== null && oneClick(link)),
});

/** RFC 2919: a name for people, and one for filters that stays the same. Whatever a job names itself is one list. */
function listId(subscription: string, domain: string): string {
  const name = isAdHoc(subscription) ? 'jobs' : subscription.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
  return `Jobchime ${name} <${name}.jobchime.${domain}>`;
}

/** RFC 8058: the mail program shows a button and posts to the link by itself. */
const oneClick = (link: string) => ({
  'List-Unsubscribe': `<${link}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
