import type { BalanceAnswer } from '../suppliers/suppliers.ts';

/** What tells an account from the others: the platform names it by two codes, of which either may be missing. */
export const accountOf = ({
  saleGroupCode,
  payerAccountCode,
}: Pick<BalanceAnswer, 'saleGroupCode' | 'payerAccountCode'>): string =>
  JSON.stringify([saleGroupCode, payerAccountCode]);
