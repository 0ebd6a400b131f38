import * as z from 'zod';
import { SEAL_KEY_BYTES } from '../platform/seal.ts';
import { accept, field, REFERENCE, refuse, type Read, type Rules } from '../../core/input/fields.ts';
import { DAY, readDuration } from '../../core/input/read-duration.ts';
import { HOST, readEndpoint } from '../../core/input/values.ts';

export interface Listen {
  host: string;
  port: number;
}

/** Where the HTTP API listens, and what it needs to keep secrets and to be found. */
export const apiSchema = ({ secret, allowPrivate, isCalled }: Rules) =>
  z
    .strictObject({
      listen: isCalled ? listen().optional() : listen(),
      secret_key: field(
        `${REFERENCE} The value is 32 random bytes in base64: openssl rand -base64 32`,
        (text) => secret(text, readKey),
      ).optional(),
      public_url: field(
        'Write where others reach the API, for example https://jobchime.example.com.',
        (text) => readEndpoint(text, allowPrivate),
      ).optional(),
      page_links: field(
        'Write for how long a link in a message opens the page of its job, up to 90d, for example 7d; or off.',
        readPageLinks,
      ).optional(),
      limits: z
        .strictObject({
          burst: z
            .int()
            .min(1)
            .max(100_000)
            .meta({ hint: 'Write how many requests a token may make at once, 1 to 100000.' })
            .optional(),
          per_second: z
            .number()
            .min(0.1)
            .max(10_000)
            .meta({ hint: 'Write how many requests a second a token may go on with, 0.1 to 10000.' })
            .optional(),
        })
        .meta({ hint: 'Give burst, per_second or both.' })
        .optional(),
    })
    .meta({ hint: 'Give listen; secret_key and public_url where subscriptions are made through the API.' });

const listen = () => field('Write address and port, for example 127.0.0.1:8481.', readListen);

/** `127.0.0.1:8481`, `[::1]:8481`, `api.internal:8481`. Port 0 takes a free one. */
export function readListen(text: string): Read<Listen> {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  return HOST.test(host) && port <= 65_535 ? accept({ host, port }) : refuse('is not an address and a port');
}

const LONGEST_LINK_MS = 90 * DAY;
/** Null: there are none. */
function readPageLinks(text: string): Read<number | null> {
  if (text === 'off') return accept(null);
  const read = readDuration(text);
  return read.ok && read.value > LONGEST_LINK_MS ? refuse('must be at most 90d') : read;
}

function readKey(text: string): Read<string> {
  const key = Buffer.from(text, 'base64');
  const isKey = key.length === SEAL_KEY_BYTES && key.toString('base64') === text;
  return isKey ? accept(text) : refuse(`is not ${SEAL_KEY_BYTES} bytes in base64`);
}
