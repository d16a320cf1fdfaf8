import { Provider as MotionProvider } from '@rc-component/motion';
import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { queryClient } from './api/orders-api.ts';
import { shownPack } from './i18n/language-packs.ts';
import { AppFrame } from './layout/app-frame.tsx';
import { CrashBoundary } from './layout/crash-boundary.tsx';
import { useReducedMotion } from './layout/media-queries.ts';
import { NotFoundPage } from './layout/not-found-page.tsx';
import { OnItsWay } from './layout/on-demand.tsx';
import { OrderPage, ROOM_PAGES, SignInPage } from './layout/room-pages.ts';
import { Toasts } from './layout/toasts.tsx';
import { SessionGuard } from './session/session-guard.tsx';
import { type ThemeMode, useThemeMode } from './theme/theme-mode.ts';
import { themes } from './theme/tokens.ts';
import { useThemeOnPage } from './theme/use-theme-on-page.ts';

export function App() {
  const { i18n } = useTranslation();
  const mode = useThemeMode();
  const still = useReducedMotion();
  return (
    <ConfigProvider
      theme={themes[mode]}
      locale={shownPack(i18n.language).antdTexts}
      button={{ autoInsertSpace: false }}
    >
      <MotionProvider motion={!still}>
        <Themed mode={mode}>
          <QueryClientProvider client={queryClient}>
            <Toasts>
              <CrashBoundary>
                <BrowserRouter>
                  <Rooms />
                </BrowserRouter>
              </CrashBoundary>
            </Toasts>
          </QueryClientProvider>
        </Themed>
      </MotionProvider>
    </ConfigProvider>
  );
}

function Rooms() {
  return (
    <Suspense fallback={<OnItsWay />}>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route element={<SessionGuard />}>
          <Route element={<AppFrame />}>
            <Route index element={<Navigate to="/overview" replace />} />
            {Object.entries(ROOM_PAGES).map(([room, Page]) => (
              <Route key={room} path={`/${room}`} element={<Page />} />
            ))}
            <Route path="/orders/:orderNumber" element={<OrderPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  );
}

function Themed({ mode, children }: { mode: ThemeMode; children: ReactNode }) {
  useThemeOnPage(mode);
  return children;
}
