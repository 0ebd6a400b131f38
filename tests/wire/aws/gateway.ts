import { readFileSync } from 'node:fs';
import { ROOT } from './packaged.ts';

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string;
}
interface Asked {
  headers: Record<string, string>;
  requestContext: { http: object };
}

/** A browser before an HTTP API of API Gateway: cookies stand in a list of their own, and forms come in base64. */
export function browserBehind(invoke: (event: object) => Promise<unknown>) {
  const seen = JSON.parse(readFileSync(new URL('events/aws/http-api.json', ROOT), 'utf8')) as Asked;
  const { authorization: _, ...plain } = seen.headers;
  const jar = new Map<string, string>();

  async function ask(method: string, path: string, headers: object, form?: URLSearchParams): Promise<Answer> {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const context = seen.requestContext;
    const answer = (await invoke({
      ...seen,
      rawPath,
      rawQueryString,
      queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)),
      headers: {
        ...plain,
        accept: 'text/html',
        'sec-fetch-site': 'same-origin',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(jar.size > 0 && { cookies: [...jar].map(([name, value]) => `${name}=${value}`) }),
      requestContext: { ...context, http: { ...context.http, method, path: rawPath } },
      ...(form && { body: Buffer.from(form.toString()).toString('base64'), isBase64Encoded: true }),
    })) as Partial<Answer> & { statusCode: number; isBase64Encoded?: boolean };
    const { statusCode, body = '', cookies = [], headers: answered = {} } = answer;
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/Max-Age=0/.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = answer.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
    return { statusCode, headers: answered, cookies, body: text };
  }

  return {
    jar,
    get: (path: string, headers: Record<string, string> = {}) => ask('GET', path, headers),
    /** Sends a form as the page of subscriptions has it. */
    async post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
      const page = jar.size > 0 ? (await ask('GET', '/subscriptions', {})).body : '';
      const csrf = /name="csrf" value="([^"]*)"/.exec(page)?.[1] ?? '';
      return ask('POST', path, {}, new URLSearchParams({ csrf, ...fields }));
    },
  };
}
