import { describe, expect, it } from 'vitest';
import authorizer from '../../deploy/authorizer.cjs';
import { routes } from '../../lib/adapters/api/routes.ts';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:jobchime-door';
const resourcesFor = async (said: string): Promise<Record<string, Loose>> =>
  (await authorizer({ resolveVariable: async () => said })).Resources;

/** The route that the gateway takes: the most specific one; null: that of everything else, which asks nobody. */
function taken(resources: Record<string, Loose>, path: string): Loose | null {
  const found = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => Properties as Loose)
    .filter(({ RouteKey }) => {
      const [method, own] = (RouteKey as string).split(' ') as [string, string];
      const begin = own.replace('{proxy+}', '');
      return method === 'ANY' && (begin === own ? path === own : path.startsWith(begin));
    });
  const length = ({ RouteKey }: Loose): number => RouteKey.replace('{proxy+}', '').length;
  return found.toSorted((a, b) => length(b) - length(a))[0] ?? null;
}

describe('an authorizer of the API', () => {
  it('is not there where nobody says so', async () => {
    expect(await resourcesFor('')).toEqual({});
  });

  it('is asked before every route that takes a token alone, and before no other', async () => {
    const resources = await resourcesFor(ARN);
    const all = Object.values(routes) as { path: string; scope: string | null; signed?: true }[];
    expect(all.length).toBeGreaterThan(30);
    for (const { path, scope, signed } of all) {
      const route = taken(resources, path);
      const isAsked = route?.['AuthorizationType'] === 'CUSTOM';
      expect([path, isAsked]).toEqual([path, path.startsWith('/v1/') && scope !== null && !signed]);
      if (isAsked) expect(route['AuthorizerId']).toEqual({ Ref: 'ApiAuthorizer' });
    }
    expect(taken(resources, '/subscriptions')).toBeNull();
  });

  it('is a function that the gateway may call, and whose answers it keeps', async () => {
    const { ApiAuthorizer, ApiAuthorizerPermission } = await resourcesFor(ARN);
    expect(ApiAuthorizer!['Properties']).toMatchObject({
      AuthorizerType: 'REQUEST',
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 300,
      AuthorizerUri: { 'Fn::Sub': expect.stringContaining(`/functions/${ARN}/invocations`) as string },
    });
    expect(ApiAuthorizerPermission!['Properties']).toMatchObject({
      FunctionName: ARN,
      SourceArn: {
        'Fn::Sub': expect.stringMatching(/\$\{HttpApi\}\/authorizers\/\$\{ApiAuthorizer\}$/) as string,
      },
    });
  });

  it('is named by an ARN', async () => {
    await expect(resourcesFor('iam')).rejects.toThrow("api-authorizer is 'iam'. Write the ARN of a function");
  });
});
