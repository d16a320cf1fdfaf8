import type { ErrorCode } from '@orderbridge/contracts/error-codes';

/** Says no in words a person can act on: `message` in Chinese (the seeds' text where there is one), `messageEn` beside it. */
export abstract class DomainError extends Error {
  abstract override readonly name: string;
  readonly code: ErrorCode;
  readonly messageEn: string;

  constructor(code: ErrorCode, message: string, messageEn: string) {
    super(message);
    this.code = code;
    this.messageEn = messageEn;
  }
}

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
}

/** Nobody is signed in, or the sign-in failed. */
export class NotSignedIn extends DomainError {
  override readonly name = 'NotSignedIn';
}

/** Signed in, but this role or token may not do it. */
export class NotAllowed extends DomainError {
  override readonly name = 'NotAllowed';
  constructor() {
    super('NOT_ALLOWED', '没有权限执行此操作', 'You are not allowed to do this');
  }
}

/** Too often; try again later. */
export class TooMany extends DomainError {
  override readonly name = 'TooMany';
  constructor(message: string, messageEn: string) {
    super('TOO_MANY_REQUESTS', message, messageEn);
  }
}
