import { isDrillEvent } from '../../core/notify/drill.ts';
import { isGroupEvent, isJobEvent, type Event } from '../../core/jobs/event.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Sealer } from './seal.ts';

/** The one page that a link opens for everybody who has the link. */
export interface PageLink {
  what: 'job' | 'group';
  /** Of the job or the group. */
  key: string;
  /** Epoch milliseconds. */
  until: number;
}

/** A text sealed for anything else does not open as a link, nor a link as anything else. */
const PURPOSE = 'page';
export const PAGE_LINK_PATH = '/s/';

/**
 * Makes the links in messages to the page of their job or group. Nothing is stored for them: a link says itself what it opens and
 * until when, sealed, so that nobody makes or changes one. Null where there is no key, no address for others, or none are wanted.
 */
export function pageLinks(
  publicUrl: string | undefined,
  sealer: Sealer | null,
  goodForMs: number | null,
): ((event: Event, at: number) => string | undefined) | null {
  if (!sealer || !publicUrl || goodForMs === null) return null;
  return (event, at) => {
    const shown = pageOf(event);
    if (shown === null) return undefined;
    const [what, key] = shown;
    return `${publicUrl}${PAGE_LINK_PATH}${sealer.seal(JSON.stringify([what, key, at + goodForMs]), PURPOSE)}`;
  };
}

/** What did not happen has no page, nor has an origin or a target. */
function pageOf(event: Event): [what: PageLink['what'], key: string] | null {
  if (isDrillEvent(event)) return null;
  if (isJobEvent(event)) return ['job', event.subject];
  return isGroupEvent(event) ? ['group', event.data.group.key] : null;
}

/** What a link's token says; null for what was not made here. GCM compares its tag in constant time. */
export function readPageToken(sealer: Sealer | null, token: string): PageLink | null {
  const text = sealer?.open(token, PURPOSE) ?? null;
  const read = text === null ? undefined : parseJson(text);
  if (!Array.isArray(read)) return null;
  const [what, key, until] = read as [PageLink['what'], string, number];
  return { what, key, until };
}
