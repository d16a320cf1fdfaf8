import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

/** Around a dialog that is fetched when it is first opened; says so if that takes long. */
export const OnDemand = ({ children }: { children: ReactNode }) => (
  <Suspense fallback={<OnItsWay />}>{children}</Suspense>
);

/** Says that a part of the page is being fetched, once that takes long. */
export function OnItsWay() {
  const { t } = useTranslation();
  return (
    <div className="on-its-way" role="status" data-testid="on-its-way">
      {t('common.onItsWay')}
    </div>
  );
}
