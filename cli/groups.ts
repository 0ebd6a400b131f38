import type { Group } from '../client/index.ts';
import { groupCounts, groupFailures } from '../lib/core/notify/group-message.ts';
import { line } from '../lib/core/notify/message-content.ts';
import { when } from './render.ts';
import { nameOf } from './run-name.ts';

// What `groups`, `group` and `wait --group` have in common.

/** `apply-42 open: 12 of 40 jobs succeeded, 1 failed, and 27 outstanding`. */
export const groupLine = (group: Group): string =>
  `${nameOf(group)} ${group.outcome ?? group.state}: ${groupCounts(group.counts)}`;

/** One line for each reason. */
export const failureLines = ({ failures, failuresOmitted }: Group): string[] => [
  ...groupFailures(failures),
  ...(failuresOmitted > 0 ? [`${failuresOmitted} more with further reasons`] : []),
];

const CLOSED_BY = {
  close: 'somebody closed it',
  expect: 'as many jobs joined as were expected',
  quiet: 'no more jobs joined',
  age: 'nobody closed it in time',
} as const satisfies Record<NonNullable<Group['closedBy']>, string>;

/** All that there is to say of one, as lines. */
export function describedGroup(group: Group): string {
  const { closedBy, closedWho, requestedBy, expect, projects } = group;
  const lines = [
    groupLine(group),
    ...failureLines(group).map((it) => `  ${it}`),
    `${when(group.createdAt)}  began${requestedBy ? `, requested by ${line(requestedBy)}` : ''}`,
    ...(expect === null ? [] : [`  expects ${expect} jobs`]),
    ...(projects === null ? [] : [`  of projects ${projects.join(', ')}`]),
  ];
  if (closedBy)
    lines.push(
      `${when(group.closedAt)}  closed: ${closedWho ? `by ${line(closedWho)}` : CLOSED_BY[closedBy]}`,
    );
  if (group.endedAt) lines.push(`${when(group.endedAt)}  ended: ${group.outcome}`);
  return lines.join('\n');
}
