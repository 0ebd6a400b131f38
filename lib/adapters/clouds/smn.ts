import { X509Certificate } from 'node:crypto';
import { isSignedBy, isTimely, topicOf, type SmnMessage } from '../../core/intake/smn-message.ts';
import type { Http } from '../platform/http.ts';
import { consoleOf, endpointOf } from './endpoints.ts';
import { isSha256WithRsa } from './certificate.ts';

/** Whether messages of Simple Message Notification are what they say. */
export interface Smn {
  /** Why it is not believed; null: its topic is configured, and the region's own SMN has signed it, not long ago. */
  doubt(message: SmnMessage, now: number): Promise<Doubt | null>;
  /** Confirms the subscription that a believed message asks about. Why that was not possible; null: it is done. */
  confirm(message: SmnMessage): Promise<string | null>;
}

/** `passing`: nothing is wrong with the message itself, as far as is known; SMN may send it again. */
export interface Doubt {
  why: string;
  passing?: true;
}

export interface SmnSettings {
  /** Topics whose messages are taken. */
  topics: readonly string[];
  /** A stand-in for the cloud, and who signs its certificates; null: the clouds themselves. */
  standIn: { endpoint: string; ca: () => string } | null;
}

/** SMN takes five seconds for a refusal. */
const LIMITS = { deadlineMs: 3_000, maxBytes: 64 * 1_024 };
const CERTIFICATE = /^\/(?:[\w-]+\/)*smn\/[\w-]{1,200}\.pem$/;
/** A region has one at a time; and as many that could not be had are remembered. */
const MAX_KEPT = 20;
/** A certificate that could not be had is not asked for again at once, not even for another sender. */
const AGAIN_MS = 30_000;
/** Anybody may name any address at the right host: in that time this many are asked for, for all senders together. */
const MAX_ASKED = 5;

type Found = { certificate: X509Certificate } | { doubt: Doubt; until: number };

export function createSmn(
  { topics, standIn }: SmnSettings,
  open: () => Promise<{ http: Pick<Http, 'exchange'>; close(): Promise<void> }>,
): Smn {
  const kept = new Map<string, Promise<Found>>();
  /** When certificates were asked for of late; epoch milliseconds. */
  let recent: number[] = [];

  async function get(url: string) {
    const { http, close } = await open();
    try {
      return await http.exchange({ method: 'GET', url, headers: {}, ...LIMITS });
    } finally {
      await close();
    }
  }

  async function fetched(url: string, now: number): Promise<Found> {
    const later = (why: string): Found => ({ doubt: { why, passing: true }, until: now + AGAIN_MS });
    const answer = await get(url);
    if (!answer.ok) return later(`its certificate cannot be had: ${answer.detail}`);
    if (answer.status !== 200) return later(`its certificate cannot be had: HTTP ${answer.status}`);
    const certificate = readCertificate(answer.body);
    const why = certificate ? faultOf(certificate, standIn?.ca() ?? null) : 'is none';
    return certificate && why === null
      ? { certificate }
      : { doubt: { why: `its certificate ${why}` }, until: now + AGAIN_MS };
  }

  /** What could not be had goes first, so that nobody drives a good certificate out. */
  async function forgetOne(but: string): Promise<void> {
    const urls = [...kept.keys()].filter((url) => url !== but);
    const found = await Promise.all(urls.map(async (url) => kept.get(url)));
    const worst = urls.find((_, n) => found[n] && 'doubt' in found[n]) ?? urls[0]!;
    kept.delete(worst);
  }

  async function certificateAt(url: string, now: number): Promise<Found> {
    const known = kept.get(url);
    const found = known && (await known);
    if (found && ('certificate' in found || found.until > now)) return found;
    recent = recent.filter((at) => Math.abs(now - at) < AGAIN_MS);
    if (recent.length >= MAX_ASKED)
      return { doubt: { why: 'too many certificates are asked for just now', passing: true }, until: now };
    recent.push(now);
    const fresh = fetched(url, now);
    kept.set(url, fresh);
    if (kept.size > MAX_KEPT) await forgetOne(url);
    return fresh;
  }

  return {
    async doubt(message, now) {
      // What costs nothing comes first, so that a stranger makes nobody ask anybody.
      if (!topics.includes(message.topic_urn)) return { why: 'its topic is not configured' };
      const { region } = topicOf(message.topic_urn);
      if (!isAt(message.signing_cert_url, certificateHosts(region, standIn), CERTIFICATE))
        return { why: "its certificate is not at the region's own SMN" };
      if (!isTimely(message, now)) return { why: 'it is too old, or from the future' };
      const found = await certificateAt(message.signing_cert_url, now);
      if ('doubt' in found) return found.doubt;
      const { certificate } = found;
      if (!isValidAt(certificate, now)) return { why: 'its certificate is not valid now' };
      return isSignedBy(message, certificate.publicKey) ? null : { why: 'its signature is wrong' };
    },

    async confirm({ topic_urn: topic, subscribe_url: url = '' }) {
      if (!isAt(url, confirmingHosts(topicOf(topic).region, standIn), /^\//))
        return 'the address to confirm at is not at this cloud';
      const answer = await get(url);
      if (!answer.ok) return answer.detail;
      return answer.status >= 200 && answer.status < 300 ? null : `SMN answered HTTP ${answer.status}`;
    },
  };
}

/** Https, no port, no credentials, the host exactly, and a path of this form. A stand-in is where it is said to be. */
function isAt(text: string, hosts: readonly string[], path: RegExp): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.username === '' &&
    url.password === '' &&
    // What a parser makes of dots and of signs of other scripts must be what stood there.
    text.startsWith(`${url.origin}/`) &&
    hosts.includes(url.origin) &&
    path.test(url.pathname)
  );
}

const CLOUDS = ['huawei', 'otc'] as const;

function certificateHosts(region: string, standIn: SmnSettings['standIn']): string[] {
  if (standIn) return [new URL(standIn.endpoint).origin];
  return CLOUDS.flatMap((cloud) => endpointOf(cloud, region, 'smn') ?? []);
}

function confirmingHosts(region: string, standIn: SmnSettings['standIn']): string[] {
  if (standIn) return [new URL(standIn.endpoint).origin];
  return [...certificateHosts(region, null), ...CLOUDS.flatMap((cloud) => consoleOf(cloud, region) ?? [])];
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** What is wrong with a certificate whatever the time is. */
function faultOf(certificate: X509Certificate, ca: string | null): string | null {
  if (certificate.publicKey.asymmetricKeyType !== 'rsa' || !isSha256WithRsa(certificate.raw))
    return 'is not one for SHA-256 with RSA';
  // Its host confirms it; but a self-signed one is confirmed by nobody else.
  if (certificate.checkIssued(certificate)) return 'is signed by itself';
  if (ca === null) return null;
  const authority = new X509Certificate(ca);
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
    ? null
    : 'is signed by somebody else';
}

const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);
