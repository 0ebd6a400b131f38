import { remembered } from '../../../core/remembered.ts';
import type { Target } from '../../../core/notify/subscription.ts';
import { keysAt } from '../../../core/notify/target.ts';
import type { Channel } from '../../../ports.ts';
import type { HttpAnswer } from '../../platform/http.ts';
import type { SenderTools } from '../definition.ts';
import { post } from '../post.ts';
import { redactor, secretsOfBody, secretsOfUrl } from '../redact.ts';
import { readyKeys, secretsOfKey, sign } from './signature.ts';
import { byStatus, disable, receiptFor, retry, SENT, type StatusTable } from '../verdict.ts';
import { huaweiAuth } from './huawei-auth.ts';
import { filling } from './body.ts';
import { ownHeaders, wayOf } from './way.ts';
import { verdictOf, waitInBody } from './answer.ts';
import { webhookBody } from './standard-body.ts';
import { asJson, type Written } from '../written.ts';

/**
 * A refusal by the receiver's program is retried too: receivers are repaired and deployed within the days the schedule
 * covers. Only 410 says that nobody will ever want it.
 */
export const BY_STATUS: StatusTable = {
  '1xx': retry('server_error'),
  '2xx': SENT,
  '3xx': retry('redirected'),
  401: retry('auth_error'),
  403: retry('auth_error'),
  410: disable('gone'),
  429: retry('rate_limited'),
  '4xx': retry('client_error'),
  '5xx': retry('server_error'),
};

/** Receivers that are written to at the same time. */
const URLS = 1_000;

/** Programs. Each message is signed as Standard Webhooks 1.0 has it; the id is the same at every attempt. */
export function createWebhook({ exchange, version }: SenderTools): Channel {
  const ready = readyKeys();
  const piecesOf = remembered(URLS, secretsOfUrl);
  const fill = filling();
  const authOf = huaweiAuth();
  return {
    async send(message) {
      const { deliveryId, event, target, at, signal } = message;
      const { request = {} } = target;
      const keys = keysAt(target, at).map((key) => key());
      const body = await fill(message, webhookBody(event), request);
      const { url } = body;
      const seconds = Math.floor(at / 1_000);
      const signature = isUnsigned(target) ? '' : sign(keys, deliveryId, seconds, body.text, ready);
      const own = ownHeaders(request);
      const { method = 'POST', timeoutMs: deadlineMs } = request;
      const auth = authOf(request, { method, url, contentType: body.contentType, body: body.text }, at);
      const headers = {
        'user-agent': `jobchime/${version}`,
        ...(event.metadata.traceparent && { traceparent: event.metadata.traceparent }),
        ...own.headers,
        ...auth.headers,
        'content-type': body.contentType,
        'webhook-id': deliveryId,
        'webhook-timestamp': String(seconds),
        ...(signature && { 'webhook-signature': signature }),
        ...(body.failed && { 'jobchime-template': 'failed' }),
      };
      const answer = await post(exchange, url, body.text, headers, signal, {
        method,
        deadlineMs,
        way: wayOf(request),
      });
      // Who reads a signature in a receipt could send the message anew for as long as it counts as fresh.
      const signatures = signature.split(/[ ,]/).filter((part) => part.length > 'v1'.length);
      const clean = redactor([
        ...piecesOf(target.address()),
        ...(url === target.address() ? [] : piecesOf(url)),
        ...keys.flatMap(secretsOfKey),
        signature,
        ...signatures,
        ...auth.secrets,
        ...own.secrets,
        ...Object.values(request.secrets ?? {}).flatMap((value) => secretsOfBody(value())),
      ]);
      const verdict = (it: HttpAnswer) => verdictOf(byStatus(BY_STATUS, it.status), it, request);
      const receipt = waitInBody(receiptFor(answer, verdict, at, clean), answer);
      if (!body.failed) return receipt;
      // In front, since what the receiver says may fill the record.
      const why = clean(body.failed.problem);
      return { ...receipt, detail: `${INSTEAD[body.failed.of]} (${why}): ${receipt.detail}` };
    },
  };
}

export { createWebhook as createSender, webhookBody };

const INSTEAD = {
  body: 'standard body sent, the template failed',
  path: 'sent to the target as it stands, the template of path failed',
};

/** A receiver that wants a body of its own is a service that verifies no signature of ours, and may still be sent one. */
const isUnsigned = ({ signingKeys = [], request }: Target): boolean =>
  signingKeys.length === 0 && request?.body !== undefined;

export const written: Written = (_, event) => asJson(JSON.parse(webhookBody(event)));
