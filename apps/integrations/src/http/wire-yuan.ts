import { formatYuan } from '@orderbridge/contracts/payment-callback';

declare global {
  // Node has had it since 21; TypeScript's own declarations lack it.
  interface JSON {
    /** A piece of JSON that `JSON.stringify` writes as it is. */
    rawJSON(text: string): object;
  }
}

/** Integer fen as a JSON number of yuan with exactly two decimals, e.g. 299900 → `2999.00` (R17, R105). */
export const wireYuan = (amountFen: number): object => JSON.rawJSON(formatYuan(amountFen));
