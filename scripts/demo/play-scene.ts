import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { Stack } from './connect.ts';
import type { Answer, Cast, Expected, Scene, Text } from './scene.ts';

/** What a scene brought, and every way in which it differs from what was expected. */
export type Played = {
  readonly scene: Scene;
  readonly answered: string;
  readonly became: string;
  readonly checks: number;
  readonly differences: readonly string[];
};

/** Does what the scene says, then looks at the order until it is what it should be or has had its time. */
export async function playScene(scene: Scene, cast: Cast, stack: Stack, say: (text: Text) => string): Promise<Played> {
  const { does, becomes } = scene;
  const answers = does ? await does.act(cast, stack) : [];
  const answered = [...new Set(answers.map(({ says }) => say(says)))].join(' | ');
  const differences = does ? answerFaults(does, answers, say) : [];
  const checks = (does ? 1 : 0) + (becomes ? 1 : 0);
  if (!scene.order || !becomes) return { scene, answered, became: '', checks, differences };

  const { orderNumber } = cast[scene.order].order;
  let order = await stack.staff.get(orderNumber);
  for (const deadline = performance.now() + SETTLE_WITHIN_MS; orderFaults(becomes, order).length > 0;) {
    if (performance.now() > deadline) break;
    await sleep(LOOK_EVERY_MS);
    order = await stack.staff.get(orderNumber);
  }
  return {
    scene,
    answered,
    became: describeOrder(order, becomes),
    checks,
    differences: [...differences, ...orderFaults(becomes, order)],
  };
}

// The gateway may answer "accepted" before a busy orders has decided, and a bank takes two seconds for a refund.
const SETTLE_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 50;

function answerFaults(
  { answer, copies }: NonNullable<Scene['does']>,
  answers: readonly Answer[],
  say: (text: Text) => string,
): string[] {
  const wrong = [...new Set(answers.map(({ says }) => say(says)))].filter((text) => text !== say(answer));
  const different = new Set(answers.map(({ whole }) => whole)).size;
  return [
    ...wrong.map((text) => `answer: expected "${say(answer)}", got "${text}"`),
    ...(answers.length === copies ? [] : [`answers: expected ${copies}, got ${answers.length}`]),
    ...(different > 1 ? [`answers: expected ${copies} identical ones, got ${different} different ones`] : []),
  ];
}

function orderFaults(expected: Expected, order: OrderView): string[] {
  const moves = order.timeline.filter(({ machine }) => machine === expected.movedOnce).length;
  const { status, haierStatus, movedOnce, caseForStaff, caseSettled, refund } = expected;
  const expectedRefund = refund && `${refund.status} ${formatYuan(refund.amountFen ?? order.payableFen)}`;
  const refunds = order.refunds.map((entry) => `${entry.status} ${formatYuan(entry.amountFen)}`).join(', ');
  return [
    ...(order.status === status ? [] : [`order: expected ${status}, got ${order.status}`]),
    ...(order.haierStatus === haierStatus ? [] : [`Haier status: expected ${haierStatus}, got ${order.haierStatus}`]),
    ...(movedOnce === undefined || moves === 1 ? [] : [`moves of ${movedOnce}: expected 1, got ${moves}`]),
    ...caseFaults(order, caseForStaff, 'open'),
    ...caseFaults(order, caseSettled, 'resolved'),
    ...(refund === undefined || refunds === expectedRefund
      ? []
      : [`refund: expected ${expectedRefund}, got ${refunds || 'none'}`]),
  ];
}

/** A case counts as resolved when no other of its kind is open. */
function caseFaults({ exceptions }: OrderView, wanted: string | undefined, status: 'open' | 'resolved'): string[] {
  const found = exceptions.filter(({ kind }) => kind === wanted).map((entry) => entry.status);
  const isSo = status === 'open' ? found.includes('open') : found.length > 0 && !found.includes('open');
  if (wanted === undefined || isSo) return [];
  const all = exceptions.map((entry) => `${entry.kind} ${entry.status}`).join(', ');
  return [`case for staff: expected ${wanted} ${status}, got ${all || 'none'}`];
}

/** What the scene is about: a case and a refund are named where they are expected. */
function describeOrder(order: OrderView, { caseForStaff, caseSettled, refund }: Expected): string {
  return [
    `${order.status} / ${order.haierStatus}`,
    ...(refund ? order.refunds.map((entry) => `↩ ¥${formatYuan(entry.amountFen)} ${entry.status}`) : []),
    ...(caseForStaff && caseFaults(order, caseForStaff, 'open').length === 0 ? [`⚑ ${caseForStaff}`] : []),
    ...(caseSettled && caseFaults(order, caseSettled, 'resolved').length === 0 ? [`✔ ${caseSettled}`] : []),
  ].join('  ');
}
