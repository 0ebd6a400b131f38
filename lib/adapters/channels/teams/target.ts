import { accept, refuse, type Read } from '../../../core/input/fields.ts';

const NEW_WORKFLOW =
  'Make a workflow in Teams (channel, Workflows, "Send webhook alerts to a channel") and use its URL.';

/**
 * Whether a workflow stands behind a URL. Its host says nothing: Microsoft has moved them before, and refusing an unknown one cut
 * off those that had moved.
 */
export function readWorkflow(address: string): Read<unknown> {
  const url = new URL(address);
  if (/(^|\.)webhook\.office\.com$/i.test(url.hostname) || /^outlook\.office(365)?\.com$/i.test(url.hostname))
    return refuse('is of an Office 365 connector, which Microsoft has switched off', NEW_WORKFLOW);
  if (url.search.includes('&amp;'))
    return refuse('has &amp; where the URL of the workflow has &', 'Copy the URL again.');
  if (!url.searchParams.get('sig'))
    return refuse(
      'has no signature (sig) in its query, so it lets nobody in',
      'Set "Who can trigger the flow" to Anyone in the workflow, save it and copy its URL again.',
    );
  return accept(address);
}
