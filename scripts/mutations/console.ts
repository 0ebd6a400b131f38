import type { Mutation } from './mutation.ts';

const CONSOLE = 'lib/adapters/console';
const TESTS = 'tests/adapters/console';
const ACCESS = [`${TESTS}/access.test.ts`];
const LINKS = [`${TESTS}/links.test.ts`];
const PAGES = [`${TESTS}/pages.test.ts`];
const SUBSCRIBE = [`${TESTS}/subscribe.test.ts`];

export const CONSOLE_RULES: readonly Mutation[] = [
  {
    name: 'console-form-token',
    rule: 'A form without the token of its session does nothing.',
    file: `${CONSOLE}/app.ts`,
    find: "if (isAct && !(isFromHere(request) && isCsrfOf(viewer.session, form.get('csrf'))))",
    put: 'if (isAct && !isFromHere(request))',
    tests: PAGES,
  },
  {
    name: 'console-form-site',
    rule: 'A form that the browser says comes from another site does nothing.',
    file: `${CONSOLE}/app.ts`,
    find: "if (isAct && !(isFromHere(request) && isCsrfOf(viewer.session, form.get('csrf'))))",
    put: "if (isAct && !isCsrfOf(viewer.session, form.get('csrf')))",
    tests: PAGES,
  },
  {
    name: 'console-expired-token',
    rule: 'A session ends with its token.',
    file: `${CONSOLE}/app.ts`,
    find: 'return token && !isExpired(token, clock()) ? { token, session } : null;',
    put: 'return token ? { token, session } : null;',
    tests: ACCESS,
  },
  {
    name: 'console-sealed-purpose',
    rule: 'What is sealed for anything else does not open as a session.',
    file: `${CONSOLE}/session.ts`,
    find: "const PURPOSE = 'console session';",
    put: "const PURPOSE = 'unsubscribe';",
    tests: ACCESS,
  },
  {
    name: 'console-way-back',
    rule: 'The way back after signing in leads to no other host.',
    file: `${CONSOLE}/same-site.ts`,
    find: "origin === HERE && !pathname.startsWith('//') ?",
    put: 'origin === HERE ?',
    tests: ACCESS,
  },
  {
    name: 'console-escaped-quotes',
    rule: 'A value in an attribute stays in it.',
    file: `${CONSOLE}/markup.ts`,
    find: `.replaceAll(/[&<>"']/g,`,
    put: '.replaceAll(/[&<>]/g,',
    tests: PAGES,
  },
  {
    name: 'console-jobs-of-projects',
    rule: 'The board shows a token of some projects their jobs alone.',
    file: `${CONSOLE}/jobs-found.ts`,
    find: '...(token.projects && { only: (row: Job) => seesProject(token, row.projectId) }),',
    put: '',
    tests: ACCESS,
  },
  {
    name: 'console-events-of-projects',
    rule: 'A preview offers a token of some projects their events alone.',
    file: `${CONSOLE}/matches.ts`,
    find: 'newestEvents({ limit: RECENT, projects: token.projects })',
    put: 'newestEvents({ limit: RECENT, projects: null })',
    tests: SUBSCRIBE,
  },
  {
    name: 'console-plots-of-projects',
    rule: 'Plots count for a token of some projects their events alone.',
    file: `${CONSOLE}/pages/stats.ts`,
    find: 'projects: token.projects,',
    put: 'projects: null,',
    tests: [`${TESTS}/stats.test.ts`],
  },
  {
    name: 'console-doctor-for-all',
    rule: 'The doctor is for nobody who sees some projects alone.',
    file: `${CONSOLE}/pages/origins.ts`,
    find: 'const refused = mayNot(token, routes.createSubscription);',
    put: 'const refused = null;',
    tests: [`${TESTS}/origins.test.ts`],
  },
  {
    name: 'console-link-of-others',
    rule: 'A link leads to the page itself only a visitor who may see that.',
    file: `${CONSOLE}/app.ts`,
    find: "hasScope(viewer.token, 'read') && seesGroup(viewer.token, token.projects)",
    put: "hasScope(viewer.token, 'read')",
    tests: LINKS,
  },
  {
    name: 'console-form-sent-twice',
    rule: 'A form that is sent twice makes one subscription.',
    file: `${CONSOLE}/pages/subscribe.ts`,
    find: "visit.call('createSubscription', { body, ...(once && { once }) })",
    put: "visit.call('createSubscription', { body })",
    tests: SUBSCRIBE,
  },
  {
    name: 'console-kept-target',
    rule: 'A target that is left empty stays as it is.',
    file: `${CONSOLE}/draft.ts`,
    find: '...(target && { target }),',
    put: '...(target !== undefined && { target }),',
    tests: SUBSCRIBE,
  },
  {
    name: 'console-page-of-one-token',
    rule: 'What one token has seen is not taken for what another one sees.',
    file: `${CONSOLE}/layout.ts`,
    find: 'etagOf([page.tag, lang, page.title, viewer?.token.key])',
    put: 'etagOf([page.tag, lang, page.title])',
    tests: [`${TESTS}/board.test.ts`],
  },
];
