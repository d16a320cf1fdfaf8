import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SignatureReport } from '@orderbridge/contracts/signature-report';
import { ordersApi } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { ProblemText } from '../layout/failure-notice.tsx';

/** Has the gateway say why a signature is right or wrong; only on demand, because each question is audited. */
export function SignatureDebugger({ id }: { id: string }) {
  const { t } = useTranslation();
  const explain = useMutation(ordersApi.callback.signature.mutationOptions());
  return (
    <section className="signature" data-testid="signature-debugger">
      <h2>{t('signature.title')}</h2>
      <p className="secondary">{t('signature.lead')}</p>
      {explain.data && <Report report={explain.data} />}
      {explain.error && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={<ProblemText error={explain.error} />}
          data-testid="signature-error"
        />
      )}
      <Button loading={explain.isPending} onClick={() => explain.mutate({ id })} data-testid="explain-signature">
        {explain.data || explain.error ? t('signature.again') : t('signature.explain')}
      </Button>
    </section>
  );
}

function Report({ report }: { report: SignatureReport }) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const staffText = useStaffText();
  const { matches, algorithm, canonical, given, variantsTried, explanation, explanationEn } = report;
  const found = variantsTried.filter((variant) => variant.matches).length;
  return (
    <div className="signature-report" data-testid="signature-report">
      <Alert
        type={matches ? 'success' : 'error'}
        showIcon
        role="status"
        title={matches ? t('signature.right') : t('signature.wrong')}
        description={staffText(explanation, explanationEn)}
      />
      <FactList ruled>
        <Fact label={t('signature.algorithm')}>{algorithm ?? '—'}</Fact>
        <Fact label={t('signature.given')}>
          {given === null ? t('signature.noSignature') : <span className="code breakable">{given}</span>}
        </Fact>
      </FactList>
      {canonical !== null && (
        <>
          <h3>
            {t('signature.canonical')}
            <CopyButton text={canonical} what={t('signature.canonical')} />
          </h3>
          <pre className="raw-body" tabIndex={0} data-testid="signature-canonical">
            {canonical}
          </pre>
        </>
      )}
      {variantsTried.length > 0 && (
        <details>
          <summary>{t('signature.tried', { count: variantsTried.length, found })}</summary>
          <ul className="variants">
            {variantsTried
              .toSorted((a, b) => Number(b.matches) - Number(a.matches))
              .map((variant) => (
                <li key={variant.name} className={variant.matches ? 'fits' : undefined}>
                  {label('signatureVariant', variant.name)}
                  <span className="secondary">{variant.matches ? t('signature.fits') : t('signature.fitsNot')}</span>
                </li>
              ))}
          </ul>
        </details>
      )}
    </div>
  );
}
