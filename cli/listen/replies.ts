import { InvalidArgumentError } from 'commander';

/** What a message is answered with. */
export type Reply = { kind: 'status'; status: number } | { kind: 'slow' } | { kind: 'drop' };

/** `500,500,200`: one for each message, the last one for all that follow. */
export function repliesOf(text: string): Reply[] {
  return text.split(',').map((word): Reply => {
    const kind = word.trim();
    if (kind === 'slow' || kind === 'drop') return { kind };
    if (/^[2-5]\d\d$/.test(kind)) return { kind: 'status', status: Number(kind) };
    throw new InvalidArgumentError(
      'It is a list of status codes from 200 to 599, slow or drop, for instance 500,500,200.',
    );
  });
}
