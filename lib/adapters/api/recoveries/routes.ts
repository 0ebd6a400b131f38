import { pageQuery } from '../fields.ts';
import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import { recovery, recoveryCount } from './answers.ts';
import { recoverBody, recoveryParams } from './requests.ts';

export const recoveryRoutes = {
  createRecovery: route({
    method: 'POST',
    path: '/v1/recoveries',
    summary: 'Send again what failed or is held since a time, or count it; it goes on by itself',
    scope: 'admin',
    limited: 'its own',
    body: recoverBody,
    answers: { 200: recoveryCount, 201: recovery },
    problems: [],
  }),
  listRecoveries: route({
    method: 'GET',
    path: '/v1/recoveries',
    summary: 'List the recoveries and replays, the newest first; those that ended are shown for 30 days',
    scope: 'read',
    limited: 'its own',
    query: pageQuery,
    answers: { 200: pageOf(recovery) },
    problems: [],
  }),
  getRecovery: route({
    method: 'GET',
    path: '/v1/recoveries/{id}',
    summary: 'How far one recovery or replay has come',
    scope: 'read',
    limited: 'its own',
    params: recoveryParams,
    answers: { 200: recovery },
    problems: ['not_found'],
  }),
  stopRecovery: route({
    method: 'POST',
    path: '/v1/recoveries/{id}/stop',
    summary: 'Let nothing more of it go; what was let go already still goes out',
    scope: 'admin',
    limited: 'its own',
    params: recoveryParams,
    answers: { 200: recovery },
    problems: ['not_found', 'conflict'],
  }),
};
