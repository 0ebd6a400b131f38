/**
 * What to answer, with status 200, where a message asks whether this receiver wants any: before a webhook that was subscribed
 * through the API gets its first event. Null: it is an event. Only for what `verifyWebhook` has found genuine, since anybody who
 * answers others lets them subscribe this receiver.
 */
export function answerChallenge({ event }: { event: { type: string; data?: unknown } }): string | null {
  if (event.type !== 'jobchime.challenge') return null;
  const { challenge } = (event.data ?? {}) as { challenge?: unknown };
  return typeof challenge === 'string' ? JSON.stringify({ challenge }) : null;
}
