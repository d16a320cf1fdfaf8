import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { DomainError as CodedError } from '@orderbridge/service-kit/api-errors';

/** Says no in words a person can act on: `message` in Chinese (the seeds' text where there is one), `messageEn` beside it. */
export abstract class DomainError extends CodedError<ErrorCode> {}

/** What was asked for does not exist (or is not yours to see). */
export class NotFound extends DomainError {
  override readonly name = 'NotFound';
  constructor(message: string, messageEn: string) {
    super('NOT_FOUND', message, messageEn);
  }
}

/** The rules of the domain say no. */
export class Refused extends DomainError {
  override readonly name = 'Refused';
  /** What `message` says in words of the pages, where the API answers with a text of the seeds that holds codes. */
  inWords: string | undefined;
}

/** Nobody is signed in, or the sign-in failed. */
export class NotSignedIn extends DomainError {
  override readonly name = 'NotSignedIn';
}

/** Signed in, but this role or token may not do it. */
export class NotAllowed extends DomainError {
  override readonly name = 'NotAllowed';
  constructor(message = '没有权限执行此操作', messageEn = 'You are not allowed to do this') {
    super('NOT_ALLOWED', message, messageEn);
  }
}

/** Signed in and allowed, but the password was checked too long ago for this (ASVS 5.0 V7.5.3). */
export class StepUpRequired extends DomainError {
  override readonly name = 'StepUpRequired';
  constructor() {
    super(
      'STEP_UP_REQUIRED',
      '此操作需要重新验证密码：请输入密码，五分钟内有效，然后重试',
      'This needs a fresh password check: enter your password, which is good for five minutes, then try again',
    );
  }
}

/** Too often; try again later, where it is known after `retryAfterMs`. */
export class TooMany extends DomainError {
  override readonly name = 'TooMany';
  readonly retryAfterMs: number | undefined;
  constructor(message: string, messageEn: string, retryAfterMs?: number) {
    super('TOO_MANY_REQUESTS', message, messageEn);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Another system did not answer in time, or could not be reached; asking again is safe (R155). */
export class NotAnswered extends DomainError {
  override readonly name = 'NotAnswered';
  constructor() {
    super('UPSTREAM_TIMEOUT', '网络连接超时，请稍后重试', 'The network connection timed out; try again shortly');
  }
}
