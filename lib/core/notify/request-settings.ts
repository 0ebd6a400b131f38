import type { Method, RequestSettings, Secret } from './subscription.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const satisfies readonly Method[];

/** All that must be there before anything is sent. */
export const secretsOfRequest = ({ headers = {} }: RequestSettings = {}): Secret[] => Object.values(headers);
