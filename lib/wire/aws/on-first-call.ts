import { lazily } from '../../core/lazily.ts';

/**
 * Opens what a function stands on with its first invocation. While it is loaded nothing is made or checked, so that a
 * container that is started ahead of its work costs the loading alone, and what is wrong with its environment is told where
 * somebody looks: in the log of an invocation that failed, not in that of a start that is tried over and over.
 */
export function onFirstCall<T>(open: () => () => Promise<T>): () => Promise<T> {
  const opened = lazily(open);
  return () => opened()();
}
