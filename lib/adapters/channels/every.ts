// Every channel there is, a line each.
export { email } from './email/definition.ts';
export { slack } from './slack/definition.ts';
export { teams } from './teams/definition.ts';
export { webhook } from './webhook/definition.ts';
