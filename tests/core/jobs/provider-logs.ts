/** Provider logs of Terraform in their documented shapes; the values are invented. */
export const PROJECT = '0123456789abcdef0123456789abcdef';

const AT = '2026-08-21T17:05:10.123+0200';

/** What the provider of Huawei Cloud logs of one call: request and answer have a number in common. */
export function huaweiCall(
  tie: string,
  method: string,
  url: string,
  answer: object,
  request?: object,
): string {
  const entry = (message: string): string =>
    `${AT} [DEBUG] provider.terraform-provider-huaweicloud_v1.80.0: [${tie}] ${message}: timestamp=${AT}\n`;
  return (
    entry(`API Request URL: ${method} ${url}\nAPI Request Headers:\nAuthorization: ***\nUser-Agent: x`) +
    (request ? entry(`API Request Body: ${JSON.stringify(request, null, 2)}`) : '') +
    entry('API Response Code: 200\nAPI Response Headers:\nContent-Type: application/json') +
    entry(`API Response Body: ${JSON.stringify(answer, null, 2)}`)
  );
}

/** That of Open Telekom Cloud writes its own date into the message, and no number. */
export function otcCall(method: string, url: string, answer: object): string {
  const entry = (message: string): string =>
    `${AT} [INFO]  provider.terraform-provider-opentelekomcloud_v1.36.0: 2026/08/21 17:05:10 [DEBUG] OpenTelekomCloud ${message}: timestamp=${AT}\n`;
  return (
    entry(`Request URL: ${method} ${url}`) +
    entry('Request Headers:\nX-Auth-Token: ***') +
    entry('Response Code: 200') +
    entry(`Response Body: ${JSON.stringify(answer, null, 2)}`)
  );
}
