/**
 * Integer fen as staff read a sum, in pages and in the sentences of the services: `299900` → `¥2,999.00`. Cuts the
 * digits of the integer, so no sum is ever touched by floating point. What other systems are sent is `formatYuan`.
 */
export function formatFen(amountFen: number): string {
  const digits = String(Math.abs(amountFen)).padStart(3, '0');
  const yuan = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${amountFen < 0 ? '-' : ''}¥${yuan}.${digits.slice(-2)}`;
}
