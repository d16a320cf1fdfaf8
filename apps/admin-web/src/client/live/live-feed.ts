import type { OrderChange } from '@orderbridge/contracts/orders-api';

export type LiveState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  | {
      readonly phase: 'reconnecting';
      /** What changed after this may not have been told. */
      readonly staleSince: Date;
      /** Since when the feed tries in vain; later than the other when it was paused. */
      readonly tryingSince: Date;
    };

/** What one connection tells; `lost` while it tries again by itself, `ended` when it has given up. */
export type ConnectionEvents = {
  live: () => void;
  change: (id: string, change: OrderChange) => void;
  lost: () => void;
  ended: () => void;
};

export type LiveFeedOptions = {
  /** Opens one connection that resumes after `lastEventId`; answers how to close it. */
  connect: (lastEventId: string | undefined, events: ConnectionEvents) => () => void;
  onChange: (change: OrderChange) => void;
  /** Changes may have been missed and will not be told: everything shown must be read anew. */
  onGap: () => void;
  onState: (state: LiveState) => void;
  /** A connection was refused; perhaps the session is over. */
  onRefused: () => void;
  now: () => Date;
};

export type LiveFeed = {
  /** Tries at once instead of waiting for the next attempt. */
  reconnect: () => void;
  /** Closes the connection but remembers the position. */
  pause: () => void;
  resume: () => void;
};

const RETRY_AFTER_MS = [1_000, 2_000, 5_000, 10_000] as const;

/**
 * Keeps one connection to the feed for as long as the tab lives: opens a new one when the old has given up, resumes
 * from the last position, and says when it was not live.
 */
export function openLiveFeed({ connect, onChange, onGap, onState, onRefused, now }: LiveFeedOptions): LiveFeed {
  let lastEventId: string | undefined;
  let staleSince: Date | undefined;
  let tryingSince: Date | undefined;
  let failures = 0;
  let disconnect: (() => void) | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const lose = () => {
    staleSince ??= now();
    tryingSince ??= now();
    onState({ phase: 'reconnecting', staleSince, tryingSince });
  };
  const close = () => {
    clearTimeout(waiting);
    disconnect?.();
    disconnect = undefined;
  };
  const open = () => {
    close();
    let current = true;
    const end = connect(lastEventId, {
      live: () => {
        if (!current) return;
        failures = 0;
        staleSince = undefined;
        tryingSince = undefined;
        onState({ phase: 'live' });
        // Without a position the feed starts at "now"; what happened since the page was read is unknown.
        if (lastEventId === undefined) onGap();
      },
      change: (id, change) => {
        if (!current) return;
        lastEventId = id;
        if (change.kind === 'reset') onGap();
        else onChange(change);
      },
      lost: () => {
        if (current) lose();
      },
      ended: () => {
        if (!current) return;
        current = false;
        disconnect = undefined;
        lose();
        onRefused();
        waiting = setTimeout(open, RETRY_AFTER_MS[Math.min(failures++, RETRY_AFTER_MS.length - 1)]);
      },
    });
    disconnect = () => {
      current = false;
      end();
    };
  };

  onState({ phase: 'connecting' });
  open();
  const pause = () => {
    // What is on the screen is as old as this, should the next attempt fail.
    staleSince ??= now();
    close();
  };
  const resume = () => {
    // Nobody tried while the feed was paused: that it is still not open says nothing yet.
    const wasTrying = tryingSince !== undefined;
    tryingSince = undefined;
    if (wasTrying) lose();
    open();
  };
  return { reconnect: open, pause, resume };
}
