import { useTranslation } from 'react-i18next';

const WIDTHS = ['38%', '100%', '100%', '92%', '100%', '64%'];

/** Stands where content will be. */
export function LoadingLines() {
  const { t } = useTranslation();
  return (
    <div className="loading-lines" role="status" aria-label={t('common.loading')} data-testid="loading">
      {WIDTHS.map((width, index) => (
        <span key={index} style={{ width }} />
      ))}
    </div>
  );
}
