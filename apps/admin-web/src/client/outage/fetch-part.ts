import { type ComponentType, lazy } from 'react';

const ASK_AGAIN_MS = 3_000;
const TIMEOUT_MS = 6_000;
/** A page loaded anew that again lacks a file would lack it a third time. */
const LOADED_ANEW_AT = 'orderbridge.loadedAnewAt';
const LOAD_ANEW_EVERY_MS = 60_000;

/** Like React's `lazy`, for a part of the page that may be asked for while the server is out of reach. */
export const fetched = <P>(load: () => Promise<{ default: ComponentType<P> }>) => lazy(() => fetchPart(load));

const TRIES = 3;
const TRY_AGAIN_MS = 500;
let isLeaving = false;

/**
 * Fetches a part of the page, and waits while the server is out of reach. Where the server answers and the part does not
 * come, the page is loaded anew: a release has replaced the file, or the browser remembers that it could not be had.
 * @throws the browser's error when the page was loaded anew a moment ago
 */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await load();
    } catch (error) {
      await untilServed();
      if (tried < TRIES) {
        await pause(TRY_AGAIN_MS);
        continue;
      }
      if (!isLeaving) {
        if (!mayLoadAnew(Date.now())) throw error;
        isLeaving = true;
        location.reload();
      }
      return new Promise(() => {});
    }
  }
}

async function untilServed(): Promise<void> {
  while (!(await isServed())) await pause(ASK_AGAIN_MS);
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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
