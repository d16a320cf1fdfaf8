import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, Suspense, useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, Outlet, useLocation } from 'react-router';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { ordersApi } from '../api/orders-api.ts';
import { CornerTools } from '../layout/corner-tools.tsx';
import { FailureNotice } from '../layout/failure-notice.tsx';
import { LoadingLines } from '../layout/loading-lines.tsx';
import { LiveConnection } from '../live/live-connection.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { hasSessionMark, markSession } from './session-mark.ts';
import { type SignInState, signInAddress } from './way-back.ts';

const ServiceStatesPage = fetched(() => import('../outage/service-states-page.tsx'));
const HEALTH = '/health';

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

  const isIn = Boolean(session);
  useEffect(() => {
    if (isIn) markSession();
  }, [isIn]);

  if (session === null) {
    return <Navigate to={signInAddress(here)} state={{ ended: hasSessionMark() } satisfies SignInState} replace />;
  }
  if (session === undefined) {
    if (!error) {
      return (
        <WholePage>
          <LoadingLines />
        </WholePage>
      );
    }
    const failure = <FailureNotice error={error} onRetry={() => void refetch()} />;
    return (
      <WholePage>
        <CornerTools />
        {here.pathname === HEALTH ? (
          <Suspense fallback={failure}>
            <ServiceStatesPage>{failure}</ServiceStatesPage>
          </Suspense>
        ) : (
          <FailureNotice error={error} onRetry={() => void refetch()} more={<ToServices />} />
        )}
      </WholePage>
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

const WholePage = ({ children }: { children: ReactNode }) => <div className="whole-page">{children}</div>;

function ToServices() {
  const { t } = useTranslation();
  return (
    <Link to={HEALTH} data-testid="to-service-states">
      {t('failure.toServices')}
    </Link>
  );
}
