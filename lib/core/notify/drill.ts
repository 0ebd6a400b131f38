import { digest, type Event } from '../jobs/event.ts';
import type { MessageContent } from './message-content.ts';
import { TEXTS } from './texts/catalogue.ts';

/** Whether it is a drill: it goes the way of every event of its kind, and nothing happened. */
export const isDrillEvent = ({ metadata }: Pick<Event, 'metadata'>): boolean => metadata.drill === true;

/**
 * A made-up event marked as a drill, whose id follows from `seed` alone: asked for again, it is the same. `to`: the one subscription that it
 * is for, as far as its pattern matches.
 */
export const asDrill = (event: Event, seed: string, to?: string): Event => ({
  ...event,
  metadata: {
    ...event.metadata,
    id: `evt_${digest('drill', seed)}`,
    drill: true,
    ...(to !== undefined && { drillTo: to }),
  },
});

/** The message says so first, wherever it is shown. */
export function markedAsDrill(content: MessageContent): MessageContent {
  const { lang, title, statusWord, lead } = content;
  const { mark, nothingHappened } = TEXTS[lang].drill;
  return {
    ...content,
    title: TEXTS[lang].labelled(mark, title),
    statusWord: `${mark}, ${statusWord}`,
    lead: [nothingHappened, lead].filter(Boolean).join(' '),
  };
}
