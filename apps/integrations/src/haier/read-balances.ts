import { readFen, readText } from '../http/read-fields.ts';
import { elementsOf, type JsonObject, readElements } from '../http/read-json.ts';
import type { BalanceAnswer } from '../suppliers/suppliers.ts';

/** Balances of our payer accounts (domain.md §1.7); an account may be overdrawn. */
export const readBalances = (body: unknown): BalanceAnswer[] | undefined => readElements(elementsOf(body), readBalance);

function readBalance(element: JsonObject): BalanceAnswer | undefined {
  const balanceFen = readFen(element['payerAccountBalance']);
  if (balanceFen === undefined) return undefined;
  return {
    saleGroupCode: readText(element['saleGroupCode']),
    saleGroupName: readText(element['saleGroupName']),
    payerAccountCode: readText(element['payerAccountCode']),
    payerAccountName: readText(element['payerAccountName']),
    balanceFen,
  };
}
