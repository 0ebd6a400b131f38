import { disable, refuse, retry, type Verdict } from '../verdict.ts';

/** What follows from the word by which Slack refuses what a bot asks. https://docs.slack.dev/reference/methods */
export interface Meaning {
  verdict: Verdict;
  /** What somebody has to do about it. */
  hint?: string;
  /** Slack does not say how long to wait where it answers 200. In milliseconds. */
  afterMs?: number;
  /** It may take the same message without blocks. */
  shorten?: true;
  /** The message that was to be changed or answered is gone, or cannot be changed any more. */
  lost?: true;
}

const all = (words: string, meaning: Meaning): [string, Meaning][] =>
  words.split(' ').map((word) => [word, meaning]);

const INVITE = 'Invite the bot into the channel: /invite @Jobchime';
const NEW_TOKEN = 'Install the app in the workspace again, and put its new token where token refers to';
const SCOPES = 'Give the app the scope chat:write, and install it again';
const MINUTE = 60_000;

export const BY_CODE: ReadonlyMap<string, Meaning> = new Map([
  ...all('ratelimited rate_limited', { verdict: retry('rate_limited'), afterMs: MINUTE / 2 }),
  ...all('message_limit_exceeded', { verdict: retry('rate_limited'), afterMs: 60 * MINUTE }),
  ...all(
    'service_unavailable request_timeout update_failed external_channel_migrating streaming_state_conflict team_added_to_org org_login_required',
    { verdict: retry('server_error') },
  ),
  // Some of it may have been done.
  ...all('fatal_error internal_error', { verdict: retry('uncertain') }),

  // This channel is out.
  ...all('channel_not_found not_in_channel', { verdict: disable('gone'), hint: INVITE }),
  ...all('is_archived is_inactive', { verdict: disable('gone'), hint: 'The channel is archived' }),
  ...all('messages_tab_disabled team_not_found', { verdict: disable('gone') }),
  ...all(
    'restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel ekm_access_denied posting_to_channel_denied',
    { verdict: disable('auth_error'), hint: 'Let the app post in the channel' },
  ),

  // The token is out.
  ...all('invalid_auth not_authed token_revoked token_expired account_inactive is_bot', {
    verdict: disable('auth_error'),
    hint: NEW_TOKEN,
  }),
  ...all('missing_scope no_permission not_allowed_token_type', {
    verdict: disable('auth_error'),
    hint: SCOPES,
  }),
  ...all(
    'app_access_restricted access_denied accesslimited two_factor_setup_required enterprise_is_restricted method_deprecated deprecated_endpoint',
    { verdict: disable('auth_error') },
  ),

  // The same payload would be refused for the same blocks at every attempt.
  ...all(
    'invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long too_many_attachments attachment_payload_limit_exceeded',
    { verdict: refuse('client_error'), shorten: true },
  ),
  ...all(
    'no_text invalid_arg_name invalid_arguments invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type markdown_text_conflict unknown_method',
    { verdict: refuse('client_error') },
  ),

  ...all(
    'message_not_found cant_update_message edit_window_closed block_mismatch thread_not_found cannot_reply_to_message restricted_action_thread_locked restricted_action_non_threadable_channel no_dual_broadcast_content_update cant_broadcast_message',
    { verdict: refuse('client_error'), lost: true },
  ),
]);

/** Of a word that the table does not have. */
export const UNKNOWN_CODE: Meaning = { verdict: retry('rejected') };
