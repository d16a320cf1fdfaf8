import ReloadOutlined from '@ant-design/icons/es/icons/ReloadOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { FEW_DAYS_LEFT } from '@orderbridge/contracts/balance-days';
import { formatFen } from '@orderbridge/contracts/money';
import type { inferOutput } from '@trpc/tanstack-react-query';
import { integrationsApi } from '../api/integrations-api.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { AnswerView } from './answer-view.tsx';
import { ASKED_ONCE } from './use-question.ts';

type Account = inferOutput<typeof integrationsApi.haier.balance>['data'][number];

/** What is on our accounts at Haier, asked as soon as somebody looks. */
export function AskBalance() {
  const { t } = useTranslation();
  const answer = useQuery(integrationsApi.haier.balance.queryOptions(undefined, ASKED_ONCE));
  const columns: RecordColumn<Account & { place: number }>[] = [
    {
      key: 'payer',
      title: t('haierData.payer'),
      render: ({ payerAccountCode, payerAccountName }) => <Named code={payerAccountCode} name={payerAccountName} />,
    },
    {
      key: 'balance',
      title: t('haierData.balance'),
      align: 'right',
      render: ({ balanceFen }) => (
        <span className={balanceFen < 0 ? 'number danger' : 'number'}>{formatFen(balanceFen)}</span>
      ),
    },
    {
      key: 'perDay',
      title: t('haierData.perDay'),
      align: 'right',
      render: ({ forecast }) =>
        forecast === null ? (
          <span className="secondary">{t('haierData.tooEarly')}</span>
        ) : (
          <span className="number">{formatFen(forecast.perDayFen)}</span>
        ),
    },
    {
      key: 'daysLeft',
      title: t('haierData.daysLeft'),
      align: 'right',
      render: ({ forecast }) => <DaysLeft days={forecast?.daysLeft ?? null} />,
    },
    {
      key: 'saleGroup',
      title: t('haierData.saleGroup'),
      render: ({ saleGroupCode, saleGroupName }) => <Named code={saleGroupCode} name={saleGroupName} />,
    },
  ];
  return (
    <>
      <div className="question-form">
        <Button
          icon={<ReloadOutlined />}
          loading={answer.isFetching}
          data-testid="ask-submit"
          onClick={() => void answer.refetch()}
        >
          {t('haierData.askAgain')}
        </Button>
      </div>
      <AnswerView answer={answer} asked hint="">
        {({ data }) => (
          <>
            <p data-testid="haier-balance-sum">
              {t('haierData.balanceSum')}{' '}
              <strong className="number">{formatFen(data.reduce((sum, { balanceFen }) => sum + balanceFen, 0))}</strong>
            </p>
            <RecordTable
              label={t('haierData.tabBalance')}
              columns={columns}
              records={data.map((account, place) => ({ ...account, place }))}
              rowKey={({ place }) => String(place)}
              empty={t('haierData.noAccounts')}
            />
            <p className="secondary haier-note">{t('haierData.forecastNote')}</p>
          </>
        )}
      </AnswerView>
    </>
  );
}

const DaysLeft = ({ days }: { days: number | null }) =>
  days === null ? '—' : <span className={days < FEW_DAYS_LEFT ? 'number danger' : 'number'}>{days}</span>;

const Named = ({ code, name }: { code: string | null; name: string | null }) => (
  <>
    {name ?? code ?? '—'} {name !== null && code !== null && <span className="code secondary">{code}</span>}
  </>
);
