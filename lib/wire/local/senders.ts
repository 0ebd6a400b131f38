import type { SenderTools } from '../../adapters/channels/definition.ts';
import { CHANNEL_NAMES, type KnownChannel } from '../../adapters/channels/registry.ts';
import { isMailbox } from '../../core/notify/channel.ts';
import { lazily } from '../../core/lazily.ts';
import type { Channel, Channels } from '../../ports.ts';
import { senderOf } from '../sender-of.ts';

/** Channels over HTTP, found by their names. */
export const OVER_HTTP: readonly KnownChannel[] = CHANNEL_NAMES.filter((name) => !isMailbox(name));

/** Every channel over HTTP. */
export const sendersOverHttp = (tools: SenderTools): Channels =>
  Object.fromEntries(OVER_HTTP.map((name) => [name, loadedWhenUsed(name, tools)]));

function loadedWhenUsed(name: KnownChannel, tools: SenderTools): Channel {
  const channel = lazily(async () => (await senderOf(name)).createSender(tools));
  return { send: async (message) => (await channel()).send(message) };
}
