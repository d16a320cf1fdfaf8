import { type ComponentType, lazy } from 'react';

const ASK_AGAIN_MS = 3_000;
const TIMEOUT_MS = 6_000;
/** A page loaded anew that again lacks a file would lack it a third time. */
const LOADED_ANEW_AT = 'orderbridge.loadedAnewAt';
const LOAD_ANEW_EVERY_MS = 60_000;

/** Like React's `lazy`, for a part of the page that may be asked for while the server is out of reach. */
export const fetched = <P>(load: () => Promise<{ default: ComponentType<P> }>) => lazy(() => fetchPart(load));

/**
 * Fetches a part of the page. While the server is out of reach it waits; a file that the server does not have any more,
 * as after a release, comes with the page loaded anew. Fails when that was done a moment ago, with the error of the browser.
 */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await untilServed();
  }
  try {
    return await load();
  } catch (error) {
    if (!mayLoadAnew(Date.now())) throw error;
    location.reload();
    return new Promise(() => {});
  }
}

async function untilServed(): Promise<void> {
  while (!(await isServed())) await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
}

async function isServed(): Promise<boolean> {
  try {
    const response = await fetch('/', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

function mayLoadAnew(nowMs: number): boolean {
  try {
    if (nowMs - Number(sessionStorage.getItem(LOADED_ANEW_AT)) < LOAD_ANEW_EVERY_MS) return false;
    sessionStorage.setItem(LOADED_ANEW_AT, String(nowMs));
    return true;
  } catch {
    // Who cannot remember might do it for ever.
    return false;
  }
}
