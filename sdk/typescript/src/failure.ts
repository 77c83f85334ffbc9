/** What went wrong with a try, as the error that its caller gets. */
import { refusal } from './answers.js';
import type { Answer, Attempt, Silence } from './attempt.js';
import { ownError, type KilnError } from './result.js';

/**
 * Statuses that another try may change. 500 and 507 are among them: a create is sent again under
 * its key, so nothing is stored twice, and a disk may have room again.
 */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 507]);

/** Of an answer that is not the one hoped for, or of none. */
export function errorOf(made: Attempt, renewsToken: boolean): KilnError {
  return made.status === undefined ? ofSilence(made) : ofAnswer(made, renewsToken);
}

/** Ended before a try, or in a pause. */
export function abortedError(): KilnError {
  return ofSilence({ code: 'aborted', detail: undefined });
}

function ofSilence(silence: Silence): KilnError {
  const detail = silence.detail === undefined ? '' : ` (${silence.detail})`;
  return ownError(silence.code, MESSAGES[silence.code] + detail, silence.code !== 'aborted');
}

const MESSAGES: Record<Silence['code'], string> = {
  unreachable: 'no answer came: the server cannot be reached, or the connection broke',
  timeout: 'no answer came in time',
  aborted: 'the call was ended by its signal',
  token: 'there is no token to send: the token function failed, or gave none',
};

function ofAnswer(answer: Answer, renewsToken: boolean): KilnError {
  const { status, requestId, body } = answer;
  const said = refusal(body);
  const error =
    said === undefined
      ? ownError('unexpected', `the answer with status ${String(status)} is not Kiln's`)
      : { code: said.code, message: said.message, issues: said.issues };
  const named = requestId === undefined ? {} : { requestId };
  return { ...error, status, ...named, retryable: isRetryable(answer, renewsToken) };
}

/** A success without JSON came from something in between, such as a hotel's login page. */
function isRetryable({ status, body }: Answer, renewsToken: boolean): boolean {
  const isPage = status >= 200 && status < 300 && body === undefined;
  return isPage || RETRYABLE.has(status) || (status === 401 && renewsToken);
}
