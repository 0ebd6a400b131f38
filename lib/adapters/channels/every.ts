// Every channel there is, a line each.
export { dingtalk } from './dingtalk/definition.ts';
export { email } from './email/definition.ts';
export { feishu } from './feishu/definition.ts';
export { slack } from './slack/definition.ts';
export { teams } from './teams/definition.ts';
export { webhook } from './webhook/definition.ts';
export { wecom } from './wecom/definition.ts';
