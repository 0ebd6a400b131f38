const TELLS =
  /\b(fail(ed|ures?|s|ing)?|errors?|exceptions?|denied|abort(ed|ing)?|cancell?ed|rejected|refused|timed out|timeout|unable to|could ?n[o']t|cannot|can't|exceeded|unauthori[sz]ed|forbidden|unsuccessful(ly)?|not( yet)?( be| been)? (completed?|finished|succeed(ed)?|done|created|deleted|found))\b/i;
/** Words of failure that tell of none, or of one that is over. */
const TELLS_OF_NONE = [
  /\b(not|never|free of)( \w+)? (errors?|fail\w*|exceptions?|cancell?ed|aborted|rejected)\b/gi,
  // `task 0 failed`, `web-0 failed` and `disk no 3 failed` have failed.
  /(?<=^|[:!.] |[,;(|] ?|=|\b(and|with|had|have|were|was|are|is|which|finished|completed|done) )0( of \d+)?( (?!\d)\w+)?( (have|has|had|were|was|are))? (errors?|fail(ed|ures?|s)?|exceptions?|cancell?ed|aborted|rejected)\b/gi,
  /\b(no|zero|none( of( \w+){1,2})?|nothing|without)( (?!\d)\w+)?( (have|has|had|were|was|are))? (errors?|fail(ed|ures?|s)?|exceptions?|cancell?ed|aborted|rejected)\b/gi,
  /\b(errors?|fail\w*|exceptions?)\W{1,3}(0(\/\d+)?|none|no|null|false)(?=\s*($|[,;|.)\]]))/gi,
  /\b(errors?|fail\w*|exceptions?)(=0\b(?!\.)|: 0(?= \w+:))/gi,
  /\b(succe\w+|completed?|finished|done|ready) (only )?after( \w+)? (failed|failures?|errors?|timeouts?)\b/gi,
  /\b(errors? (logs?|reports?|files?)|default timeouts?)\b/gi,
  /\b(recover(ed|y)( \w+)? from|(see|check(ed|ing)?|scan(ned|ning)?)( \w+){0,3} for)( an| any| the)? (errors?|failures?)\b/gi,
  /\bfail(s|ed|ing)?[- ]?over\b|\berror-free\b|\bcannot be (undone|reverted|reversed)\b/gi,
];
/** Whether a text tells of a failure. */
export const failureIn = (text: unknown): boolean =>
  typeof text === 'string' && TELLS.test(withoutNone(text));
const withoutNone = (text: string): string =>
  TELLS_OF_NONE.reduce((left, none) => left.replaceAll(none, ''), text);

/** What an answer without a status may say and still be good. */
const TELLS_OF_SUCCESS =
  /\b(success(ful(ly)?)?|succeeded|completed?|finished|done|ready|all (is )?(good|well))\b|成功/i;
const TELLS_OF_CHANGE =
  /\b(created|deleted|removed|updated|deployed|provisioned|restored|attached|detached|resized|(un)?installed|(un)?mounted)\b/i;
/** What can be made before anything is done. */
const ASKED_FOR = /\b(jobs?|tasks?|requests?|tickets?|orders?|operations?|sessions?|account|user|you)\b/i;
/** What makes no end of such words: that it is not so. */
const TELLS_OF_NOT =
  /\b(not|never|cannot|un(success\w*|able|complete\w*|finished|ready)|incomplete|part(ly|ial\w*)|roll(ed|ing)?[- ]?back|revert(ed|ing)?)\b|n't\b|[失败未不]/i;
/** Or that it is still to come. */
const TELLS_OF_LATER = /\b(no|yet|will|until|unless|once|when|if|pending|before)\b/i;
/** Whether a text tells that it is done, and well. */
export function successIn(text: string): boolean {
  if (TELLS_OF_NOT.test(text)) return false;
  return withoutNone(text)
    .split(/[.;!]\s+/)
    .some(
      (part) =>
        (TELLS_OF_SUCCESS.test(part) || (TELLS_OF_CHANGE.test(part) && !ASKED_FOR.test(part))) &&
        !TELLS_OF_LATER.test(part),
    );
}
