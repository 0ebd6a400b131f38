import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isSigningKey } from '../../../receiver/signing-key.ts';
import { isAddress, isPublic } from './public-address.ts';
import { DAY, readDuration } from './read-duration.ts';
import { accept, refuse, type Read } from './read.ts';

export { readDuration };

// What single values of the file mean, and why they may be refused. No answer holds the value itself.

/** A repetition is recognised by what is kept; no bus and no retry repeats anything after a day. */
export function readRetention(text: string): Read<number> {
  const duration = readDuration(text);
  return !duration.ok || duration.value >= DAY ? duration : refuse('must be at least a day');
}

/** Deliberately loose: only sending shows whether an address exists. Nothing that could break a header passes. */
const ADDRESS = /^[^\s@<>()[\],;:\\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
export function readAddress(text: string): Read<string> {
  if (ADDRESS.test(text)) return accept(text);
  const [, local, domain = ''] = /^([^@]*)@([^@]*)$/.exec(text) ?? [];
  // What is all right but for letters that mail servers do not know.
  const inAscii = domain.replaceAll(/[^\p{ASCII}\p{Z}\p{C}]/gu, 'x');
  return inAscii !== domain && ADDRESS.test(`${local}@${inAscii}`)
    ? refuse('has a domain with letters beyond ASCII', WITH_XN)
    : refuse('is not an email address');
}
const WITH_XN =
  'Write the domain as mail servers know it, beginning with xn--: müller.example is xn--mller-kva.example.';

export interface Sender {
  /** As people write and read it, without quotes or escapes; empty: there is none. */
  name: string;
  address: string;
}

const LONGEST_NAME = 100;

/**
 * `jobchime@example.com`, or with a name: `Jobchime: prod <jobchime@example.com>`. The name may have any character and need
 * not be quoted; if it is, as in the header of a mail, that is read.
 */
export function senderOf(text: string): Read<Sender> {
  const [, before = '', bracketed] = /^(.*?)\s*<([^<>]*)>$/su.exec(text.trim()) ?? [];
  const address = readAddress(bracketed ?? text.trim());
  if (!address.ok) return address;
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/su.exec(before) ?? [];
  const name = (quoted?.replaceAll(/\\(.)/gsu, '$1') ?? before).trim();
  if (/\p{Cc}|\p{Cs}/u.test(name)) return refuse('has a control character in its name');
  if (name.length > LONGEST_NAME) return refuse(`has a name of more than ${LONGEST_NAME} characters`);
  return accept({ name, address: address.value });
}

export function readSender(text: string): Read<string> {
  const sender = senderOf(text);
  return sender.ok ? accept(text) : sender;
}

/** Certificates as PEM, one or several. */
export function readCertificates(text: string): Read<string> {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.length > 0 && found.every(isCertificate)
    ? accept(found.join('\n'))
    : refuse('is no certificate in PEM form', 'Give the file that begins with -----BEGIN CERTIFICATE-----.');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** A key as PEM. One with a passphrase would need that too, and who keeps both gains nothing. */
export function readPrivateKey(text: string): Read<string> {
  try {
    createPrivateKey(text);
    return accept(text);
  } catch {
    return refuse(
      'is no private key in PEM form without a passphrase',
      'Give the file that begins with -----BEGIN PRIVATE KEY-----.',
    );
  }
}

/** Whether the first certificate is that of the key. */
export function fitTogether(certificates: string, key: string): boolean {
  try {
    return new X509Certificate(certificates).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

export const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/;

/** A URL that things are sent to: https, unless `plain` allows its host to be spoken to without TLS. */
function readUrl(text: string, plain: (host: string) => boolean): Read<URL> {
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) ? URL.parse(text) : null;
  if (!url) return refuse('is not an https URL');
  if (url.username || url.password) return refuse('must not hold a user name or password');
  if (url.protocol === 'https:' || plain(hostOf(url))) return accept(url);
  const fix = 'Write https://; plain http is for this machine and the hosts in allow_private.';
  return refuse('must be https', fix);
}

/** URL writes IPv6 addresses in brackets; lists of hosts do not. */
export const hostOf = (url: URL): string => url.hostname.replaceAll(/[[\]]/g, '');
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '::1'];

const inside = (host: string): boolean => host === 'localhost' || (isAddress(host) && !isPublic(host));

/** Where messages are sent. A private host must be allowed by name: nothing would ever be delivered there otherwise. */
export function readTarget(text: string, allowPrivate: readonly string[]): Read<URL> {
  const url = readUrl(text, (host) => inside(host) || allowPrivate.includes(host));
  if (!url.ok) return url;
  const host = hostOf(url.value);
  if (!inside(host) || allowPrivate.includes(host)) return url;
  return refuse('is on a private address', 'List the host under allow_private if messages may go there.');
}

/**
 * Where a service is called: the host, and a base path where a proxy stands before it. The path of the call belongs to the
 * dialect and is often pasted along, which shows by its version. Answers without a slash at the end.
 */
export function readEndpoint(text: string, allowPrivate: readonly string[]): Read<string> {
  const url = readUrl(text, (host) => LOOPBACK.includes(host) || allowPrivate.includes(host));
  if (!url.ok) return url;
  const { origin, pathname, search, hash } = url.value;
  if (search || hash || /\/v\d/i.test(pathname)) {
    return refuse(
      'says more than where the service is',
      'Remove what follows the service, such as /v1 or a query.',
    );
  }
  return accept(origin + pathname.replace(/\/+$/, ''));
}

/** One URL of a service, path and all. */
export function readServiceUrl(text: string, allowPrivate: readonly string[]): Read<string> {
  const url = readUrl(text, (host) => LOOPBACK.includes(host) || allowPrivate.includes(host));
  if (!url.ok) return url;
  return url.value.hash ? refuse('has a part behind #', 'Remove it.') : accept(url.value.href);
}

export const readSigningKey = (text: string): Read<string> =>
  isSigningKey(text) ? accept(text) : refuse('is not a webhook signing key');
