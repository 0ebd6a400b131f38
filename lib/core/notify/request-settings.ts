import type { Method, RequestSettings, Secret, Subscription } from './subscription.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const satisfies readonly Method[];

/** All that must be there before anything is sent. */
export const secretsOfRequest = ({ headers = {}, secrets = {} }: RequestSettings = {}): Secret[] => [
  ...Object.values(headers),
  ...Object.values(secrets),
];

export const hasTemplate = ({ targets }: Subscription): boolean =>
  targets.some(({ request }) => request?.body !== undefined);
