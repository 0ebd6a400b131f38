import type { Method, RequestSettings, Secret, Subscription } from './subscription.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const satisfies readonly Method[];

/** All that must be there before anything is sent. */
export const secretsOfRequest = (request: RequestSettings = {}): Secret[] => {
  const { headers = {}, secrets = {}, ca, identity, proxy, auth } = request;
  const { accessKey, secretKey, securityToken } = auth ?? {};
  const ways = [ca, identity?.cert, identity?.key, proxy, accessKey, secretKey, securityToken];
  const single = ways.filter((it) => typeof it === 'function');
  return [...Object.values(headers), ...Object.values(secrets), ...single];
};

export const hasTemplate = ({ targets }: Subscription): boolean =>
  targets.some(
    ({ request, words }) => words !== undefined || request?.body !== undefined || request?.path !== undefined,
  );
