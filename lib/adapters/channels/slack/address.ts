import { accept, refuse, type Read } from '../../../core/input/fields.ts';
import { isAddress, isPublic } from '../../../core/input/public-address.ts';

/** Where Slack answers what bots ask; the second is Slack for the government of the USA. */
const API_HOSTS: readonly string[] = ['slack.com', 'slack-gov.com'];
export const SLACK_API = 'https://slack.com/api/';

/** How the place that a bot posts to is written as one URL, all of which is a secret: the token is in it. */
export const botAddress = (api: string, channel: string, token: string): string => {
  const url = new URL(api);
  url.search = new URLSearchParams({ channel, token }).toString();
  return url.href;
};

export interface BotAddress {
  /** `https://slack.com/api/` */
  api: string;
  channel: string;
  token: string;
}

/** Null: it is the URL of an incoming webhook. */
export function readBotAddress(address: string): BotAddress | null {
  const url = new URL(address);
  const channel = url.searchParams.get('channel');
  const token = url.searchParams.get('token');
  return channel && token && url.pathname.endsWith('/api/')
    ? { api: url.origin + url.pathname, channel, token }
    : null;
}

const TOKEN = /^xoxb-[\w-]{10,300}$/;
const CHANNEL = /^[CGD][A-Z0-9]{6,30}$/;

/** The token of the bot itself: that of a person would post in the name of that person. */
export const readToken = (value: string): Read<unknown> =>
  TOKEN.test(value)
    ? accept(value)
    : refuse('is not the token of a bot', 'Copy the Bot User OAuth Token, which begins with xoxb-.');

export const readChannel = (text: string): Read<string> =>
  CHANNEL.test(text)
    ? accept(text)
    : refuse(
        'is not the id of a channel',
        'Write its id, such as C0123456789: it stands at the end of what Slack shows about the channel.',
      );

/** Whether a token may be sent there. */
export function readApi(url: URL, allowPrivate: readonly string[]): Read<string> {
  if (!API_HOSTS.includes(url.hostname) && !allowPrivate.includes(url.hostname))
    return refuse(
      'is not a host of Slack',
      'Leave it out; another host has to be listed under allow_private.',
    );
  return url.pathname.endsWith('/api/') && url.search === ''
    ? accept(url.href)
    : refuse('does not end in /api/');
}

/** What is written out as one URL. That a private host may be sent to has been seen to. */
export function readSlackTarget(address: string): Read<unknown> {
  const bot = readBotAddress(address);
  if (!bot) return accept(address);
  const { hostname } = new URL(address);
  const isInside = hostname === 'localhost' || (isAddress(hostname) && !isPublic(hostname));
  const checks = [
    readApi(new URL(bot.api), isInside ? [hostname] : []),
    readChannel(bot.channel),
    readToken(bot.token),
  ];
  return checks.find((read) => !read.ok) ?? accept(address);
}
