import type { counts } from './world.ts';

export const countsAt = async (port: number): Promise<ReturnType<typeof counts>> =>
  (await (await fetch(`http://127.0.0.1:${port}/count`)).json()) as ReturnType<typeof counts>;

/** Resolves once the receiver has `more` messages it did not have `before`. Throws where that takes two minutes. */
export async function arrived(port: number, before: number, more: number): Promise<void> {
  const until = performance.now() + 120_000;
  for (;;) {
    const { announced, forged } = await countsAt(port);
    if (forged > 0) throw new Error('a message was not signed as it should be');
    if (announced >= before + more) return;
    if (performance.now() > until) throw new Error(`only ${announced - before} of ${more} messages arrived`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** When each message arrived first, by its event, in milliseconds of `nowMs`. */
export const arrivalsAt = async (port: number): Promise<Map<string, number>> =>
  new Map((await (await fetch(`http://127.0.0.1:${port}/arrivals`)).json()) as [string, number][]);
