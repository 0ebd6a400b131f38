import type { SenderModule } from '../adapters/channels/definition.ts';
import type { KnownChannel } from '../adapters/channels/registry.ts';

/** What sends is loaded where it is needed: the functions on AWS, which know of every channel, each bring one sender along. */
export const senderOf = async (name: KnownChannel): Promise<SenderModule> =>
  (await import(`../adapters/channels/${name}/sender.ts`)) as SenderModule;
