import type { FailedSubJob, JobError, SubJobCounts } from '../../core/jobs/observation.ts';
import { opened } from './dialect.ts';
import { readError, wordsOf, type ErrorWords } from './error-body.ts';
import { jobHint } from './hints.ts';
import type { JobNode } from './job-node.ts';
import { parseExactly, textOf } from './json.ts';

/**
 * Why a job failed, or why some of its sub-jobs did although it succeeded; null where nothing failed. The useful words are
 * often not where they should be: the parent says that a sub-job failed, the sub-job names an internal task, and the
 * cause stands in JSON within a text. So all are gathered and the most telling win: what was unpacked from JSON before
 * plain text, the name of a task last; then the deeper before the higher, and the first before the later.
 */
export function findFailureReason(job: JobNode): JobError | null {
  const failures = family(job).filter(({ node }) => node.meaning === 'failed');
  if (failures.length === 0) return null;
  const unclear = job.meaning === 'failed' ? family(job).filter(({ node }) => !isClear(node.meaning)) : [];
  const best = mostInformative(failures) ?? mostInformative(unclear) ?? wordsIn(failures)[0];
  const nodes = [...failures, ...unclear].map(({ node }) => node);
  const code = codeOf(best, ...(best ? [best.node, ...nodes] : nodes));
  const reason = best?.text ?? null;
  const hint = jobHint(code, reason);
  return {
    code,
    reason,
    ...(hint && { hint }),
    subJobs: failures.filter(({ depth }) => depth > 0).map(({ node }) => failedSubJob(node)),
    subJobsOmitted: 0,
  };
}

/** A sub-job of a failed job that is said neither to have failed nor to have succeeded may still be the one that shows why. */
const isClear = (meaning: JobNode['meaning']): boolean => meaning === 'failed' || meaning === 'succeeded';

/** All that was said, the most telling first. */
const wordsIn = (members: readonly NodeAtDepth[]): (NodeAtDepth & Words)[] =>
  members
    .flatMap((member) => reasonsOf(member.node).map((words) => ({ ...member, ...words })))
    .toSorted((a, b) => b.rank - a.rank || b.depth - a.depth);

const mostInformative = (members: readonly NodeAtDepth[]): (NodeAtDepth & Words) | undefined =>
  wordsIn(members).find(({ rank }) => rank > RANK.nothing);

/**
 * All sub-jobs at any depth, and those that are counted without being listed. One whose status is not understood has not been
 * seen to end, so it is running.
 */
export function countSubJobs(job: JobNode): SubJobCounts {
  let [total, succeeded, failed] = [0, 0, 0];
  for (const { node, depth } of family(job)) {
    total += node.unlisted + (depth > 0 ? 1 : 0);
    if (depth > 0 && node.meaning === 'succeeded') succeeded += 1;
    if (depth > 0 && node.meaning === 'failed') failed += 1;
  }
  return { total, succeeded, failed, running: total - succeeded - failed };
}

interface NodeAtDepth {
  node: JobNode;
  depth: number;
}

/** The job first, then its sub-jobs, each before its own. */
function family(node: JobNode, depth = 0, found: NodeAtDepth[] = []): NodeAtDepth[] {
  found.push({ node, depth });
  for (const sub of node.subJobs) family(sub, depth + 1, found);
  return found;
}

function failedSubJob(node: JobNode): FailedSubJob {
  const best = reasonsOf(node).toSorted((a, b) => b.rank - a.rank)[0];
  return { jobId: node.id, jobType: node.type, code: codeOf(best, node), reason: best?.text ?? null };
}

/** Words on a failure, how telling they are, and the code that stood beside them. */
interface Words {
  text: string;
  rank: number;
  code: string | null;
}
const RANK = { unpacked: 3, plain: 2, structure: 1, nothing: 0 } as const;

/** What a job says of its own failure. Where the documented places say something, the last resorts are not needed. */
function reasonsOf({ words }: JobNode): Words[] {
  const found: Words[] = [];
  for (const texts of words().reasons) {
    found.push(...texts.map((text) => unpack(text)));
    if (found.some(({ rank }) => rank >= RANK.plain)) break;
  }
  return found;
}

/** Such codes say that there was an error, or that a sub-job failed, or repeat an HTTP status. */
const SAYS_NOTHING = /^([1-5]\d\d|\w+\.0+|Common\.0021)$/i;

/** The code beside the words, else the first of the jobs; one that says nothing where there is no other. */
function codeOf(words: Words | undefined, ...nodes: JobNode[]): string | null {
  const codes = [words?.code ?? null, ...nodes.flatMap((node) => node.words().codes.map(plainCode))].filter(
    (code) => code !== null,
  );
  return codes.find((code) => !SAYS_NOTHING.test(code)) ?? codes[0] ?? null;
}

/** A code may come as the error itself, or in a list. */
function plainCode(text: string): string {
  const value = opened(text);
  return (Array.isArray(value) ? textOf(value[0]) : null) ?? readError(value).code ?? text;
}

/** `FspCreateServerTask-fail:` and nothing behind it, or what the status says already. */
const NOTHING = /^([\w.-]+-fail[:\s]*|fail(ed|ure)?|error|ok|success|true|false|-?\d)$/i;
/** JSON was met in a text, and a message in JSON that was JSON again. */
const UNPACKINGS = 3;

/** A page, of whatever stands in front of the service: what it shows. */
const PAGE = /^\s*<(!doctype|html|head|body|\?xml)\b/i;
/** What is not closed is looked for anew at each place. */
const LONGEST_PAGE = 10_000;
const shownOn = (page: string): string =>
  page
    .slice(0, LONGEST_PAGE)
    .replaceAll(/<(script|style)\b.*?<\/\1>/gis, ' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim() || 'an HTML page';

function unpack(text: string, deeper = UNPACKINGS): Words {
  if (PAGE.test(text)) return { text: shownOn(text), rank: RANK.plain, code: null };
  const value = parseExactly(text);
  if (typeof value === 'string' && value.trim() && deeper > 0) return unpack(value.trim(), deeper - 1);
  const error = errorWithin(text, value);
  if (error.message !== null) {
    const inner = deeper > 0 ? unpack(error.message, deeper - 1) : null;
    const rank = inner?.rank === RANK.nothing ? RANK.nothing : RANK.unpacked;
    return { text: inner?.text ?? error.message, rank, code: inner?.code ?? error.code };
  }
  const listed = Array.isArray(value) ? wordsOf(value) : null;
  if (listed !== null) return { text: listed, rank: RANK.plain, code: null };
  const rank = NOTHING.test(text) ? RANK.nothing : value === undefined ? RANK.plain : RANK.structure;
  return { text, rank, code: error.code };
}

/** An error in JSON that is the text, or that stands in it behind a task's name and a separator. */
function errorWithin(text: string, whole: unknown): ErrorWords {
  let found = readError(whole);
  let start = text.indexOf('{');
  for (let tries = 0; tries < 5 && start !== -1 && found.message === null; tries++) {
    for (const end of [closing(text, start), text.lastIndexOf('}') + 1]) {
      const error = readError(parseExactly(text.slice(start, end)));
      if (error.message !== null) found = error;
    }
    start = text.indexOf('{', start + 1);
  }
  return found;
}

/** Behind the brace that closes the one at `start`; 0 for none. */
function closing(text: string, start: number): number {
  const brace = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs;
  brace.lastIndex = start;
  let open = 0;
  for (let found = brace.exec(text); found; found = brace.exec(text)) {
    if (found[0] === '{') open += 1;
    if (found[0] === '}' && --open === 0) return brace.lastIndex;
  }
  return 0;
}
