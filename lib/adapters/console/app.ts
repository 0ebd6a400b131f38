import { Hono } from 'hono';
import { hasScope, isExpired, seesGroup } from '../../core/access/token.ts';
import { wordingFor } from '../../core/notify/wording.ts';
import { mayNot, paced, type Gate } from '../api/admission.ts';
import { faultOf } from '../api/app.ts';
import type { Answering } from '../api/answering.ts';
import { createCalling, type Sent } from '../api/calling.ts';
import type { ApiDeps } from '../api/deps.ts';
import { pageLanguage } from '../api/language.ts';
import { isRefusal, refuse } from '../api/problem.ts';
import { routes, type RouteId } from '../api/routes.ts';
import { PAGE_LINK_PATH, readPageToken } from '../platform/page-link.ts';
import { assetAt } from './assets.ts';
import { languageCookie, languageIn, noSessionCookie, sealedIn, sessionCookie } from './cookies.ts';
import { formOf } from './form.ts';
import type { ConsoleHome } from './home.ts';
import { respondPage, type Liveness, type Viewer } from './layout.ts';
import { createStream, STREAM_PATH } from './live.ts';
import { board } from './pages/board.ts';
import { deliveries, delivery, recover, redeliver, stopRecovery } from './pages/deliveries.ts';
import { closeGroup, group } from './pages/group.ts';
import { job, mute } from './pages/job.ts';
import { linked, paramsOf, pathOf, tokenOf } from './pages/linked.ts';
import { problem } from './pages/problem.ts';
import { examine, origins } from './pages/origins.ts';
import { preview } from './pages/preview.ts';
import { edit, subscribe } from './pages/subscribe.ts';
import { change, endMute, remove, rotate, subscription, subscriptions } from './pages/subscriptions.ts';
import { signIn } from './pages/sign-in.ts';
import { stats } from './pages/stats.ts';
import { isFromHere, placeHere } from './same-site.ts';
import { isCsrfOf, newSession, openSession, renewed, sealSession, type Session } from './session.ts';
import { CONSOLE_TEXTS, isConsoleLang, type ConsoleLang } from './texts/catalogue.ts';
import { Refused, type Asked, type Page, type Redirect, type Visit } from './visit.ts';

export interface ConsoleDeps extends ConsoleHome {
  api: ApiDeps;
  gate: Gate;
  answer: Answering;
}

const JOB = '/:origin/:projectId/:jobId';
const GROUP = '/:scope/:name/:run';
const DELIVERY = '/:eventId/:deliveryId';

type Handler = (visit: Visit) => Promise<Page | Redirect>;

/** What is shown to whom, by path. A visitor without a session is led to sign in. */
const PAGES: readonly [path: string, handler: Handler][] = [
  ['/', board],
  [`/jobs${JOB}`, job],
  [`/groups${GROUP}`, group],
  ['/deliveries', deliveries],
  [`/deliveries${DELIVERY}`, delivery],
  ['/subscriptions', subscriptions],
  ['/subscriptions/:id', subscription],
  ['/subscriptions/:id/edit', edit],
  ['/subscribe', subscribe],
  ['/preview', preview],
  ['/origins', origins],
  ['/stats', stats],
];
/** What the forms of these pages do. */
const ACTS: readonly [path: string, handler: Handler][] = [
  [`/jobs${JOB}/mute`, mute],
  [`/groups${GROUP}/close`, closeGroup],
  [`/deliveries${DELIVERY}/redeliver`, redeliver],
  ['/recover', recover],
  ['/recoveries/:id/stop', stopRecovery],
  ['/subscribe', subscribe],
  ['/subscriptions/:id/edit', edit],
  ['/subscriptions/:id/remove', remove],
  ['/subscriptions/:id/pause', change('pause')],
  ['/subscriptions/:id/resume', change('resume')],
  ['/subscriptions/:id/test', change('test')],
  ['/subscriptions/:id/verify', change('verify')],
  ['/subscriptions/:id/rotate', rotate],
  ['/mutes/:id/end', endMute],
  ['/origins/examine', examine],
];

/** Where there are pages and forms behind a sign-in: nothing is shown or done elsewhere. */
export const PLACES = { pages: PAGES.map(([path]) => path), acts: ACTS.map(([path]) => path) };

const POLL_SECONDS = 10;

/**
 * The pages for people, in front of the API: they show what its routes answer, with the access of the token that somebody signed in
 * with. What is no page goes on to `next`.
 */
export function createConsole(
  { api: deps, gate, answer, ...home }: ConsoleDeps,
  next: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  const { clock, random, telemetry, store } = deps;
  const { sealer, links, live } = home;
  const examineOnce = home.examine && shared(home.examine);
  const calling = createCalling(answer);
  const stream = live && createStream(deps, live);
  const liveness: Liveness = { stream: live && STREAM_PATH, poll: POLL_SECONDS };

  function askedOf(request: Request): Asked {
    const url = new URL(request.url);
    const lang = languageOf(request, url);
    const words = wordingFor({ lang, zone: 'UTC' });
    return { request, url, lang, texts: CONSOLE_TEXTS[lang], words, now: clock() };
  }

  /** Who has signed in, as the token is now: one that was removed or has expired lets nobody in any more. */
  async function viewerOf(request: Request): Promise<Viewer | null> {
    const sealed = sealer && sealedIn(request);
    const session = sealed && openSession(sealer, sealed, clock());
    if (!session) return null;
    const token = await store.tokens.get(session.token);
    return token && !isExpired(token, clock()) ? { token, session } : null;
  }

  const visitOf = (
    asked: Asked,
    { token, session }: Pick<Visit, 'token' | 'session'>,
    more: Pick<Visit, 'form' | 'params'>,
  ): Visit => {
    const call = async <Id extends RouteId>(id: Id, sent?: Sent<Id>) =>
      mayNot(token, routes[id]) ?? (await calling(id, token, sent));
    return {
      ...asked,
      ...more,
      session,
      token,
      deps,
      home: { preview: home.preview, examine: examineOnce },
      call,
      async get(id, sent) {
        const called = await call(id, sent);
        if (isRefusal(called)) throw new Refused(called);
        return called.result;
      },
    };
  };

  async function serve(
    request: Request,
    params: Record<string, string>,
    handler: Handler,
    isAct: boolean,
  ): Promise<Response> {
    const asked = askedOf(request);
    let viewer: Viewer | null = null;
    try {
      viewer = await viewerOf(request);
      if (!viewer) return redirect({ to: signInAt(isAct ? '/' : asked.url.pathname + asked.url.search) });
      const wait = paced(gate, viewer.token) ?? mayNot(viewer.token, routes.listJobs);
      if (wait) throw new Refused(wait);
      const form = isAct ? await formOf(request) : new URLSearchParams();
      if (isAct && !(isFromHere(request) && isCsrfOf(viewer.session, form.get('csrf'))))
        throw new Refused(refuse('forbidden', asked.texts.signIn.elsewhere));
      const shown = await handler(visitOf(asked, viewer, { form, params }));
      const answered = 'to' in shown ? redirect(shown) : respondPage(asked, shown, viewer, liveness);
      for (const cookie of [...chosenLanguage(asked), ...renewal(request, viewer.session)])
        answered.headers.append('set-cookie', cookie);
      return answered;
    } catch (error) {
      return broken(request, error, viewer);
    }
  }

  /** What was refused is said; what is wrong with us stands in the log. */
  function broken(request: Request, error: unknown, viewer: Viewer | null): Response {
    if (!(error instanceof Refused))
      telemetry.line('error', 'console.broken', { path: new URL(request.url).pathname, error });
    const asked = askedOf(request);
    const refusal = error instanceof Refused ? error.refusal : faultOf(error);
    return respondPage(asked, problem(asked, refusal), viewer, liveness);
  }

  const renewal = (request: Request, session: Session): string[] => {
    const fresh = sealer && renewed(session, clock());
    return fresh ? [sessionCookie(request, sealSession(sealer, fresh))] : [];
  };

  /** A session begins here alone, with an id of its own, whatever cookie came along. */
  async function begin(request: Request): Promise<Response> {
    const asked = askedOf(request);
    const { texts } = asked;
    const form = await formOf(request);
    const back = placeHere(form.get('back'));
    const failed = (why: string) => respondPage(asked, signIn(asked, back, why), null, liveness);
    if (!isFromHere(request)) return failed(texts.signIn.elsewhere);
    if (!sealer) return failed(texts.signIn.noKey);
    const verified = await gate.tokens.verify((form.get('token') ?? '').trim());
    if (!verified.ok) return failed(texts.signIn[verified.why]);
    const session = newSession(verified.token.key, clock(), random);
    telemetry.line('info', 'console.signed_in', { token: verified.token.key, name: verified.token.name });
    const to = back === '/' ? '/?hello' : back;
    return redirect({ to, headers: { 'set-cookie': sessionCookie(request, sealSession(sealer, session)) } });
  }

  async function showSignIn(request: Request): Promise<Response> {
    const asked = askedOf(request);
    const back = placeHere(asked.url.searchParams.get('back'));
    const { noCookie, noKey } = asked.texts.signIn;
    const why = !sealer ? noKey : back === '/?hello' ? noCookie : null;
    const shown = respondPage(asked, signIn(asked, back === '/?hello' ? '/' : back, why), null, liveness);
    for (const cookie of chosenLanguage(asked)) shown.headers.append('set-cookie', cookie);
    return shown;
  }

  async function end(request: Request): Promise<Response> {
    const viewer = await viewerOf(request);
    const form = await formOf(request);
    if (viewer && !(isFromHere(request) && isCsrfOf(viewer.session, form.get('csrf'))))
      return redirect({ to: '/' });
    return redirect({ to: '/sign-in', headers: { 'set-cookie': noSessionCookie(request) } });
  }

  /** The one page that a link opens, and nothing else: neither a form nor what others were told. */
  async function showLinked(request: Request, text: string): Promise<Response> {
    const asked = askedOf(request);
    const link = readPageToken(links, text);
    const isOver = link !== null && link.until <= asked.now;
    if (!link || isOver) {
      const { linkExpired, badLink } = asked.texts.problem;
      throw new Refused(isOver ? refuse('link_expired', linkExpired) : refuse('not_found', badLink));
    }
    const token = tokenOf(link);
    const viewer = await viewerOf(request);
    // A visitor who has signed in sees more on the page itself.
    if (viewer && hasScope(viewer.token, 'read') && seesGroup(viewer.token, token.projects))
      return redirect({ to: pathOf(link) });
    const wait = paced(gate, token);
    if (wait) throw new Refused(wait);
    const visit = visitOf(
      asked,
      { token, session: null },
      { form: new URLSearchParams(), params: paramsOf(link) },
    );
    const page = await linked(visit, link);
    return respondPage(asked, page, null, { ...liveness, stream: null });
  }

  async function tell(request: Request): Promise<Response> {
    const viewer = await viewerOf(request);
    const isLet = viewer && hasScope(viewer.token, 'read') && !paced(gate, viewer.token);
    if (!isLet || !stream) return new Response(null, { status: 204 });
    return stream(viewer.token, request.signal);
  }

  const guarded =
    (work: (request: Request) => Promise<Response>) =>
    async (request: Request): Promise<Response> => {
      try {
        return await work(request);
      } catch (error) {
        return broken(request, error, null);
      }
    };

  const app = new Hono();
  for (const [path, handler] of PAGES)
    app.get(path, (c) => serve(c.req.raw, c.req.param() as Record<string, string>, handler, false));
  for (const [path, handler] of ACTS)
    app.post(path, (c) => serve(c.req.raw, c.req.param() as Record<string, string>, handler, true));
  app.get('/sign-in', (c) => guarded(showSignIn)(c.req.raw));
  app.post('/sign-in', (c) => guarded(begin)(c.req.raw));
  app.post('/sign-out', (c) => guarded(end)(c.req.raw));
  app.get(STREAM_PATH, (c) => guarded(tell)(c.req.raw));
  app.get(`${PAGE_LINK_PATH}:token`, (c) =>
    guarded((request) => showLinked(request, c.req.param('token')))(c.req.raw),
  );
  app.get('/assets/:name', (c) => assetAt(c.req.path) ?? next(c.req.raw));
  app.notFound((c) => next(c.req.raw));
  return async (request) => app.fetch(request);
}

/** Who asks while it goes on gets the same answer: nothing is done twice at a time. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => (underWay ??= work().finally(() => (underWay = null)));
}

const signInAt = (back: string): string =>
  back === '/' ? '/sign-in' : `/sign-in?back=${encodeURIComponent(back)}`;

function languageOf(request: Request, { searchParams }: URL): ConsoleLang {
  const [wanted, kept] = [searchParams.get('lang'), languageIn(request)];
  if (isConsoleLang(wanted)) return wanted;
  if (isConsoleLang(kept)) return kept;
  const liked = pageLanguage(request.headers.get('accept-language'));
  return isConsoleLang(liked) ? liked : 'en';
}

/** What somebody chose on a page is kept for the next one. */
const chosenLanguage = ({ url, lang, request }: Asked): string[] =>
  url.searchParams.get('lang') === lang && languageIn(request) !== lang ? [languageCookie(lang)] : [];

const redirect = ({ to, headers = {} }: Redirect): Response =>
  new Response(null, { status: 303, headers: { location: to, 'cache-control': 'no-store', ...headers } });
