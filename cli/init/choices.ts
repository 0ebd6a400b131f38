import { CHANNEL_NAMES } from '../../lib/adapters/channels/registry.ts';

export const CLOUDS = ['huawei', 'otc'] as const;
/** Every channel there is, or none. */
export const CHANNELS: readonly string[] = [...CHANNEL_NAMES, 'none'];
