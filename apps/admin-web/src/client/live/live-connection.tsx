import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { ALL_BUT_SESSION, ordersApi, ordersClient } from '../api/orders-api.ts';
import { type ConnectionEvents, type LiveFeed, type LiveState, openLiveFeed } from './live-feed.ts';
import { readAnew, refreshChanged } from './refresh-changed.ts';

// Browsers open six streams per host at most, so tabs nobody looks at give theirs back.
const HIDDEN_BEFORE_PAUSE_MS = 30_000;

const LiveStateContext = createContext<LiveState>({ phase: 'connecting' });
export const useLiveState = (): LiveState => useContext(LiveStateContext);

const ReconnectContext = createContext<() => void>(() => {});
/** Has the feed try again at once. */
export const useLiveReconnect = (): (() => void) => useContext(ReconnectContext);

/** Keeps the one live connection of this tab while somebody is signed in. */
export function LiveConnection({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>({ phase: 'connecting' });

  const opened = useRef<LiveFeed>(undefined);
  const reconnect = useCallback(() => opened.current?.reconnect(), []);

  useEffect(() => {
    const feed = openLiveFeed({
      connect,
      onChange: refreshChanged(queryClient),
      // Who is signed in is no order; a feed that is refused asks for that.
      onGap: () => void readAnew(queryClient, ALL_BUT_SESSION),
      onRefused: () => void queryClient.invalidateQueries(ordersApi.session.current.queryFilter()),
      onState: setState,
      now: () => new Date(),
    });
    opened.current = feed;

    let hidden: ReturnType<typeof setTimeout> | undefined;
    let paused = false;
    const onVisibility = () => {
      clearTimeout(hidden);
      if (document.hidden) {
        hidden = setTimeout(() => {
          paused = true;
          feed.pause();
        }, HIDDEN_BEFORE_PAUSE_MS);
      } else if (paused) {
        paused = false;
        feed.resume();
      }
    };
    document.addEventListener('visibilitychange', onVisibility);
    addEventListener('online', feed.reconnect);
    // A stream whose network is gone says nothing for a long time; a new one says so at once.
    addEventListener('offline', feed.reconnect);
    return () => {
      clearTimeout(hidden);
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('online', feed.reconnect);
      removeEventListener('offline', feed.reconnect);
      feed.pause();
    };
  }, [queryClient]);

  return (
    <ReconnectContext value={reconnect}>
      <LiveStateContext value={state}>{children}</LiveStateContext>
    </ReconnectContext>
  );
}

function connect(lastEventId: string | undefined, events: ConnectionEvents): () => void {
  const subscription = ordersClient.order.changes.subscribe(lastEventId === undefined ? {} : { lastEventId }, {
    onData: ({ id, data }) => events.change(id, data),
    onConnectionStateChange: ({ state, error }) => {
      if (state === 'pending') events.live();
      else if (state === 'connecting' && error) events.lost();
    },
    onError: events.ended,
    onComplete: events.ended,
  });
  return () => subscription.unsubscribe();
}
