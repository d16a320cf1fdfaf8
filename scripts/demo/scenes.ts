import { callbackScenes } from './callback-scenes.ts';
import { fulfilmentScenes } from './fulfilment-scenes.ts';
import { moneyScenes } from './money-scenes.ts';
import { proofScenes } from './proof-scenes.ts';
import type { Chapter } from './scene.ts';
import { staffScenes } from './staff-scenes.ts';

/** The scenes in the order in which they are played. */
export function demoScenes(startedAt: Date): readonly Chapter[] {
  // Makes transaction and Haier order numbers that no earlier run has used.
  const run = startedAt.getTime().toString(36).toUpperCase();
  return [callbackScenes(startedAt, run), moneyScenes(), fulfilmentScenes(), staffScenes(), proofScenes()];
}
