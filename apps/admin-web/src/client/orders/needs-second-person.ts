import type { OrderView } from '@orderbridge/contracts/orders-api';

/** Whether a refund of so much, in fen, waits until somebody else has approved it. */
export const needsSecondPerson = (
  { secondPersonFromFen }: Pick<OrderView, 'secondPersonFromFen'>,
  amountFen: number,
): boolean => secondPersonFromFen !== null && amountFen >= secondPersonFromFen;
