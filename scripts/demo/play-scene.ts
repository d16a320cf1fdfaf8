import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { CallbackAnswer } from '@orderbridge/mock-upstreams/send-callback';
import type { Stack } from './connect.ts';
import type { Cast, Expected, Scene } from './scenes.ts';

/** What a scene brought, and every way in which it differs from what was expected. */
export type Played = {
  readonly scene: Scene;
  readonly answered: string;
  readonly became: string;
  readonly checks: number;
  readonly differences: readonly string[];
};

/** Sends, then looks at the order until it is what it should be or has had its time. */
export async function playScene(scene: Scene, cast: Cast, stack: Stack): Promise<Played> {
  const { answers } = await scene.send(cast, stack);
  const answered = [...new Set(answers.map(textOf))].join(' | ');
  const differences = answerFaults(scene, answers);
  if (!scene.order || !scene.becomes) return { scene, answered, became: '', checks: 1, differences };

  const { orderNumber } = cast[scene.order].order;
  let order = await stack.staff.get(orderNumber);
  for (const deadline = performance.now() + SETTLE_WITHIN_MS; orderFaults(scene.becomes, order).length > 0;) {
    if (performance.now() > deadline) break;
    await sleep(LOOK_EVERY_MS);
    order = await stack.staff.get(orderNumber);
  }
  return {
    scene,
    answered,
    became: describeOrder(order, scene.becomes),
    checks: 2,
    differences: [...differences, ...orderFaults(scene.becomes, order)],
  };
}

// The gateway may answer "accepted" before a busy orders has decided.
const SETTLE_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

function answerFaults({ answer, copies }: Scene, answers: readonly CallbackAnswer[]): string[] {
  const expected = `${answer.status} ${answer.text}`;
  const wrong = [...new Set(answers.map(textOf))].filter((text) => text !== expected);
  const different = new Set(answers.map(({ body }) => JSON.stringify(body))).size;
  return [
    ...wrong.map((text) => `answer: expected "${expected}", got "${text}"`),
    ...(answers.length === copies ? [] : [`answers: expected ${copies}, got ${answers.length}`]),
    ...(different > 1 ? [`answers: expected ${copies} identical ones, got ${different} different ones`] : []),
  ];
}

/** HTTP status with the one field of the body that says what was decided. */
function textOf({ status, body, error }: CallbackAnswer): string {
  if (status === null) return `no answer (${error})`;
  const { description, detail, status: payment } = (body ?? {}) as Record<string, string | undefined>;
  return `${status} ${description ?? detail ?? payment ?? ''}`;
}

function orderFaults(expected: Expected, order: OrderView): string[] {
  const moves = order.timeline.filter(({ machine }) => machine === expected.movedOnce).length;
  const cases = order.exceptions.map(({ kind }) => kind);
  const { status, haierStatus, movedOnce, caseForStaff } = expected;
  return [
    ...(order.status === status ? [] : [`order: expected ${status}, got ${order.status}`]),
    ...(order.haierStatus === haierStatus ? [] : [`Haier status: expected ${haierStatus}, got ${order.haierStatus}`]),
    ...(movedOnce === undefined || moves === 1 ? [] : [`moves of ${movedOnce}: expected 1, got ${moves}`]),
    ...(caseForStaff === undefined || cases.includes(caseForStaff)
      ? []
      : [`case for staff: expected ${caseForStaff}, got ${cases.join(', ') || 'none'}`]),
  ];
}

function describeOrder({ status, haierStatus, exceptions }: OrderView, { caseForStaff }: Expected): string {
  const raised = caseForStaff !== undefined && exceptions.some(({ kind }) => kind === caseForStaff);
  return `${status} / ${haierStatus}${raised ? `  ⚑ ${caseForStaff}` : ''}`;
}
