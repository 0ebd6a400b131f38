import type { Api } from './with-api.ts';
import { counted } from './words.ts';

/** Says on standard error to what nothing is sent now, and how that ends. A reader of jobs may wonder why no message came. */
export async function warnOfSilence({ client, config }: Api): Promise<void> {
  // A service that is too old to say so, or not well, has been asked for something else.
  const health = await client.health().catch(() => null);
  for (const { subscription, channel, state, held, resume } of health?.targets ?? []) {
    // Asked in this process, which may lack a secret that the service has.
    if (config !== null && state === 'locked') continue;
    const kept = held > 0 ? `, ${counted(held, 'message')} held` : '';
    console.error(`${subscription} (${channel}) is ${state}${kept}${resume ? `: \`${resume}\`` : ''}`);
  }
}
