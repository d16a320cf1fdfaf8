import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { ordersApi } from '../api/orders-api.ts';
import { FailureNotice } from '../layout/failure-notice.tsx';
import { LoadingLines } from '../layout/loading-lines.tsx';
import { LiveConnection } from '../live/live-connection.tsx';
import { signInAddress } from './way-back.ts';

const SessionContext = createContext<StaffSession | undefined>(undefined);

/** Who is signed in. Only inside the guard, where somebody always is. */
export function useSession(): StaffSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is used outside the session guard');
  return session;
}

/** Lets only signed-in staff into the rooms; everybody else signs in first and comes back to where they were. */
export function SessionGuard() {
  const here = useLocation();
  const { data: session, error, refetch } = useQuery(ordersApi.session.current.queryOptions());

  if (session === null) return <Navigate to={signInAddress(here)} replace />;
  if (session === undefined) {
    return (
      <div className="whole-page">
        {error ? <FailureNotice error={error} onRetry={() => void refetch()} /> : <LoadingLines />}
      </div>
    );
  }
  return (
    <SessionContext value={session}>
      <LiveConnection>
        <Outlet />
      </LiveConnection>
    </SessionContext>
  );
}
