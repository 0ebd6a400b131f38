import type { Tone } from '../../../core/notify/message-content.ts';

export interface PageText {
  tone: Tone;
  /** As text and as HTML the same: no text here has a character that means something in markup. */
  title: string;
  says: string[];
  /** What the one button does. */
  button?: string;
}

export const PAGE_NAMES = [
  'askConfirm',
  'confirmed',
  'confirmedBefore',
  'askUnsubscribe',
  'unsubscribed',
  'unsubscribedBefore',
  'badLink',
  'expiredLink',
  'tryAgain',
  'broken',
  'nothingHere',
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export type PageTexts = Record<PageName, PageText>;
