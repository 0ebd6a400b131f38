import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import { explanation, job, jobSummary, tracked, trackedOrMany } from './answers.ts';
import { jobParams, listJobsQuery, MAX_JOBS, trackBody } from './requests.ts';

const one = { path: '/v1/jobs/{origin}/{projectId}/{jobId}', params: jobParams } as const;

export const jobRoutes = {
  trackJobs: route({
    method: 'POST',
    path: '/v1/jobs',
    summary: `Track one job, or up to ${MAX_JOBS}; tracking one again adds recipients, or its group, and changes nothing else`,
    scope: 'track',
    limited: 'its own',
    body: trackBody,
    answers: { 200: trackedOrMany, 201: tracked },
    problems: [],
  }),
  listJobs: route({
    method: 'GET',
    path: '/v1/jobs',
    summary: 'List the tracked jobs, the newest first',
    scope: 'read',
    limited: 'its own',
    query: listJobsQuery,
    answers: { 200: pageOf(jobSummary) },
    problems: [],
  }),
  getJob: route({
    ...one,
    method: 'GET',
    summary: 'One job',
    scope: 'read',
    limited: 'its own',
    answers: { 200: job },
    problems: ['not_found'],
  }),
  deleteJob: route({
    ...one,
    method: 'DELETE',
    summary: 'Stop watching a job and remove it; no event follows',
    scope: 'track',
    limited: 'its own',
    answers: { 204: null },
    problems: ['not_found', 'conflict'],
  }),
  explainJob: route({
    ...one,
    path: '/v1/jobs/{origin}/{projectId}/{jobId}/explain',
    method: 'GET',
    summary: 'The changes and events of a job, who was notified, and who was not and why',
    scope: 'read',
    limited: 'its own',
    answers: { 200: explanation },
    problems: ['not_found'],
  }),
};
