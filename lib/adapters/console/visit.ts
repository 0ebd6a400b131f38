import type { Token } from '../../core/access/token.ts';
import type { Wording } from '../../core/notify/wording.ts';
import type { Sent } from '../api/calling.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { Refusal } from '../api/problem.ts';
import type { Result, RouteId } from '../api/routes.ts';
import type { ConsoleHome } from './home.ts';
import type { Html } from './markup.ts';
import type { Session } from './session.ts';
import type { ConsoleLang, ConsoleTexts } from './texts/catalogue.ts';

/** Who asks for a page, and in which words they read. */
export interface Asked {
  request: Request;
  url: URL;
  lang: ConsoleLang;
  texts: ConsoleTexts;
  words: Wording;
  now: number;
}

/** Of somebody who has signed in. */
export interface Visit extends Asked {
  /** Null: by a link in a message, which only shows. */
  session: Session | null;
  token: Token;
  deps: Pick<ApiDeps, 'store' | 'subscribing' | 'subscriptions' | 'useCases' | 'origins' | 'random'>;
  home: Pick<ConsoleHome, 'preview' | 'examine'>;
  /** A route of the API, called with this token: what that may not see or do is refused here as there. */
  call<Id extends RouteId>(id: Id, sent?: Sent<Id>): Promise<{ result: Result<Id> } | Refusal>;
  /** The same where there is no page without it. Throws `Refused`. */
  get<Id extends RouteId>(id: Id, sent?: Sent<Id>): Promise<Result<Id>>;
  /** What was sent with a form. */
  form: URLSearchParams;
  params: Record<string, string>;
}

export interface Page {
  title: string;
  body: Html;
  /** What the page shows beside the time: while it is the same, nothing has to be sent again. Left out: it is not live. */
  tag?: unknown;
  status?: number;
  wall?: boolean;
  headers?: Record<string, string>;
}
/** A place on this server. */
export interface Redirect {
  to: string;
  headers?: Record<string, string>;
}

/** Ends the making of a page. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

/** The query with some of it replaced; null takes a parameter away. */
export function queryWith({ searchParams }: URL, changed: Record<string, string | null>): string {
  const next = new URLSearchParams(searchParams);
  for (const [name, value] of Object.entries(changed))
    if (value === null) next.delete(name);
    else next.set(name, value);
  const text = next.toString();
  return text === '' ? '?' : `?${text}`;
}
