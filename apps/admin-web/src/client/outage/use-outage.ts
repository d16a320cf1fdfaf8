import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useLiveReconnect, useLiveState } from '../live/live-connection.tsx';
import { readAnew } from '../live/refresh-changed.ts';
import { judgeOutage, type Outage } from './judge-outage.ts';
import { useServiceStates } from './use-service-states.ts';

/** What is wrong at present, found out by one small question every few seconds; sees to it that the page recovers. */
export function useOutage(): Outage | undefined {
  const queryClient = useQueryClient();
  const feed = useLiveState();
  const reconnect = useLiveReconnect();
  const isOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const lostMs = feed.phase === 'reconnecting' ? feed.tryingSince.getTime() : undefined;
  const { data, dataUpdatedAt, isError, refetch } = useServiceStates({ isUrgent: lostMs !== undefined || !isOnline });
  const outage = judgeOutage({
    isOnline,
    feed,
    known: data,
    answeredMs: dataUpdatedAt || performance.timeOrigin,
    isUnanswered: isError,
  });
  const isOut = outage !== undefined;

  // What the feed or the browser has noticed since, the last answer cannot know of.
  useEffect(() => {
    if (feed.phase !== 'connecting' || !isOnline) void refetch();
  }, [feed.phase, isOnline, refetch]);
  // The feed waits longer and longer between its attempts; there is no need to once orders is well again. Said once: each
  // time closes the attempt under way.
  const isWellAgain = isOnline && !isError && data?.states.orders === 'healthy' && dataUpdatedAt > (lostMs ?? Infinity);
  useEffect(() => {
    if (isWellAgain) reconnect();
  }, [isWellAgain, reconnect]);
  // What failed meanwhile is read again at once, whatever rhythm its page has.
  useEffect(() => {
    if (!isOut) return;
    return () => void readAnew(queryClient, { predicate: ({ state }) => state.status === 'error' });
  }, [isOut, queryClient]);
  return outage;
}

function subscribeToNetwork(onChange: () => void): () => void {
  addEventListener('online', onChange);
  addEventListener('offline', onChange);
  return () => {
    removeEventListener('online', onChange);
    removeEventListener('offline', onChange);
  };
}
