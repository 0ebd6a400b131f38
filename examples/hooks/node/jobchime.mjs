/**
 * Tells Jobchime of the calls that a client of Huawei Cloud's SDK for Node makes: `tellJobchime(client)`, once.
 * Needs JOBCHIME_URL, and a token with the scope track in JOBCHIME_TOKEN. The SDK has no hook: this one replaces
 * `sendRequest` of the client's private `hcClient`, tried with version 3.1.
 */
export function tellJobchime(
  client,
  { url = process.env.JOBCHIME_URL, token = process.env.JOBCHIME_TOKEN } = {},
) {
  const { hcClient } = client;
  const send = hcClient.sendRequest.bind(hcClient);
  hcClient.sendRequest = async (options) => {
    const answer = await send(options);
    if (options.method !== 'GET') {
      const places = { project_id: hcClient.credential?.projectId, ...options.pathParams };
      const path = options.url.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
      void fetch(`${url}/v1/intake`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ url: [hcClient.endpoints].flat()[0] + path, body: answer }),
        signal: AbortSignal.timeout(2_000),
      }).catch(() => {}); // The caller's own call has succeeded; a job that is missed here must not spoil it.
    }
    return answer;
  };
}
