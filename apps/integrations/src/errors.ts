import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { DomainError } from '@orderbridge/service-kit/api-errors';

/** What was asked for makes no sense; the text says what to do. */
export class BadInput extends DomainError<ErrorCode> {
  override readonly name = 'BadInput';
  constructor(message: string, messageEn: string, field?: string) {
    super('BAD_INPUT', message, messageEn, field);
  }
}

/** What was asked for does not exist. */
export class NotFound extends DomainError<ErrorCode> {
  override readonly name = 'NotFound';
  constructor(message: string, messageEn: string) {
    super('NOT_FOUND', message, messageEn);
  }
}

/** The rules of the domain say no, or what is there already does. */
export class Refused extends DomainError<ErrorCode> {
  override readonly name = 'Refused';
}

/** Nobody is signed in. */
export class NotSignedIn extends DomainError<ErrorCode> {
  override readonly name = 'NotSignedIn';
  constructor() {
    super('NOT_SIGNED_IN', '请先登录', 'Sign in first');
  }
}

/** Signed in, but this role may not do it. */
export class NotAllowed extends DomainError<ErrorCode> {
  override readonly name = 'NotAllowed';
  constructor() {
    super('NOT_ALLOWED', '没有权限执行此操作', 'You are not allowed to do this');
  }
}

/** Signed in and allowed, but the password was checked too long ago for this (ASVS 5.0 V7.5.3). */
export class StepUpRequired extends DomainError<ErrorCode> {
  override readonly name = 'StepUpRequired';
  constructor() {
    super(
      'STEP_UP_REQUIRED',
      '此操作需要重新验证密码：请输入密码，五分钟内有效，然后重试',
      'This needs a fresh password check: enter your password, which is good for five minutes, then try again',
    );
  }
}

/** Another service of ours does not answer, or has too much to do; asking again later is safe. */
export class NotServed extends DomainError<ErrorCode> {
  override readonly name = 'NotServed';
}

/** The supplier's platform could not be asked, or said no (R122, R123, R155). */
export class SupplierFailed extends DomainError<ErrorCode> {
  override readonly name = 'SupplierFailed';
}
