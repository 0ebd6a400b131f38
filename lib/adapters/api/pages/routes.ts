import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { anyQuery } from '../fields.ts';
import { route } from '../route.ts';
import { html } from '../shapes.ts';

const linkParams = lazily(() =>
  z.strictObject({
    token: z.string().max(2_000).meta({ hint: 'Follow the link in the mail as it is.' }),
  }),
);

export const pageRoutes = {
  showConfirmation: route({
    method: 'GET',
    path: '/v1/confirm/{token}',
    summary: 'The page behind the link in a mail; it has a button that confirms',
    scope: null,
    limited: 'its own',
    params: linkParams,
    query: anyQuery,
    page: true,
    answers: { 200: html },
    problems: ['not_found', 'link_expired'],
  }),
  confirm: route({
    method: 'POST',
    path: '/v1/confirm/{token}',
    summary: 'Confirm a mail address',
    scope: null,
    limited: 'its own',
    params: linkParams,
    query: anyQuery,
    page: true,
    answers: { 200: html },
    problems: ['not_found', 'link_expired', 'conflict'],
  }),
  showUnsubscribe: route({
    method: 'GET',
    path: '/v1/unsubscribe/{token}',
    summary: 'The page behind the link in every mail; it has a button that unsubscribes',
    scope: null,
    limited: 'its own',
    params: linkParams,
    query: anyQuery,
    page: true,
    answers: { 200: html },
    problems: ['not_found'],
  }),
  unsubscribe: route({
    method: 'POST',
    path: '/v1/unsubscribe/{token}',
    summary:
      'Send nothing more to a mail address, in one click (RFC 8058); whatever body comes along is ignored',
    scope: null,
    limited: 'its own',
    params: linkParams,
    query: anyQuery,
    page: true,
    answers: { 200: html },
    problems: ['not_found', 'conflict'],
  }),
};
