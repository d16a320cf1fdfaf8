import { payOutRefund, type PayOutContext } from '../payments/pay-out-refund.ts';

const AT_ONCE = 4;
const IN_ONE_TURN = 200;

/** Pays out the refunds that are due, a few at once; one whose work breaks down holds up no other. */
export async function payOutRefunds(context: PayOutContext): Promise<void> {
  let left = IN_ONE_TURN;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      if (!(await payOutRefund(context))) return;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  const broken = lanes.find((settled) => settled.status === 'rejected');
  if (broken) throw broken.reason;
}
