'use strict';
// A Lambda authorizer of one's own before the API, where somebody says so: --param api-authorizer=ARN
// The gateway keeps its answers, and asks nobody where a caller has no token at all.
const { capital, sub } = require('./words.cjs');

/** The longest that an answer may be kept is an hour; the API itself looks at each token anyhow. */
const KEPT_S = 300;

/** Routes below /v1/ that people come to by links, and that clouds push to: they have no token, or show another one. */
const OPEN = ['/v1/confirm/{proxy+}', '/v1/unsubscribe/{proxy+}', '/v1/intake'];

/**
 * @param {string} path
 * @param {object} [authorization] left out: everybody may come
 */
const route = (path, authorization) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'HttpApi' },
    RouteKey: `ANY ${path}`,
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'HttpApiIntegrationApi' }]] },
    ...authorization,
  },
});

/** @type {(context: import('./deployed.cjs').Context) => Promise<{ Resources: Record<string, { Type: string, Properties: object }> }>} */
module.exports = async ({ resolveVariable }) => {
  const arn = String(await resolveVariable("param:api-authorizer, ''"));
  if (arn === '') return { Resources: {} };
  if (!/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/.test(arn))
    throw new Error(`api-authorizer is '${arn}'. Write the ARN of a function, or leave it out.`);
  const here = 'arn:${AWS::Partition}:PLACE:${AWS::Region}';
  return {
    Resources: {
      ApiAuthorizer: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        Properties: {
          ApiId: { Ref: 'HttpApi' },
          Name: 'token',
          AuthorizerType: 'REQUEST',
          AuthorizerUri: sub(
            `${here.replace('PLACE', 'apigateway')}:lambda:path/2015-03-31/functions/${arn}/invocations`,
          ),
          AuthorizerPayloadFormatVersion: '2.0',
          EnableSimpleResponses: true,
          IdentitySource: ['$request.header.Authorization'],
          AuthorizerResultTtlInSeconds: KEPT_S,
        },
      },
      ApiAuthorizerPermission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: arn,
          Action: 'lambda:InvokeFunction',
          Principal: 'apigateway.amazonaws.com',
          SourceArn: sub(
            `${here.replace('PLACE', 'execute-api')}:\${AWS::AccountId}:\${HttpApi}/authorizers/\${ApiAuthorizer}`,
          ),
        },
      },
      ApiRoute: route('/v1/{proxy+}', {
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: 'ApiAuthorizer' },
      }),
      ...Object.fromEntries(
        OPEN.map((path) => [`ApiRoute${capital(/** @type {string} */ (path.split('/')[2]))}`, route(path)]),
      ),
    },
  };
};
