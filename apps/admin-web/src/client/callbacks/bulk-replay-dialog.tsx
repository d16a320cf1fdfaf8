import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallbackFilter, ReplayBatch } from '@orderbridge/contracts/orders-api';
import { isPassing } from '../api/api-problem.ts';
import { newUuid } from '../api/new-uuid.ts';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { refreshCases } from '../exceptions/refresh-cases.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { REPLAYS_MOST } from './bulk-replay.tsx';
import { ReplayResults } from './replay-results.tsx';

export type ReplayWhich = { ids: string[] } | { filter: CallbackFilter };
type BulkReplayDialogProps = { which: ReplayWhich; onReplayed: () => void; onClose: () => void };

const LOOK_EVERY_MS = 700;
/** A batch that has not moved for so long has ended before its end. */
const STILL_MS = 60_000;

/** Says how many callbacks will be run before it runs them, how far it is, and what became of each. */
export default function BulkReplayDialog({ which, onReplayed, onClose }: BulkReplayDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [batchId, setBatchId] = useState<string>();
  const filter = 'filter' in which ? which.filter : undefined;
  const counted = useQuery(
    ordersApi.callback.count.queryOptions(filter ?? {}, {
      enabled: filter !== undefined,
      staleTime: Infinity,
      gcTime: 0,
    }),
  );
  const count = 'ids' in which ? which.ids.length : (counted.data?.replayable ?? 0);

  const run = async ({ reason }: { reason: string }) => {
    const id = newUuid();
    setBatchId(id);
    try {
      const { results } = await ordersClient.callback.replayMany.mutate({
        batchId: id,
        which: 'ids' in which ? which : { filter: which.filter, expectedCount: count },
        reason: reason.trim(),
      });
      onReplayed();
      return { shown: <ReplayResults results={results} /> };
    } catch (error) {
      if (!isPassing(error)) throw error;
      const batch = await followBatch(id);
      if (!batch) throw error;
      onReplayed();
      return { shown: <LostAnswer batch={batch} /> };
    } finally {
      setBatchId(undefined);
      // Another try is another count.
      if (filter) void counted.refetch();
      await refreshCases(queryClient);
    }
  };

  return (
    <ActDialog<{ reason: string }>
      title={t('callbackBulk.title')}
      effects={[
        t('callbackBulk.effectEach'),
        t('callbackBulk.effectChanges'),
        ...(filter ? [t('callbackBulk.effectChecked')] : []),
        t('callbackBulk.effectLogged'),
      ]}
      confirm={t('callbackBulk.start', { count })}
      blocked={count === 0 || count > REPLAYS_MOST}
      width={680}
      run={run}
      onClose={onClose}
      testId="bulk-replay"
    >
      {'ids' in which ? (
        <p data-testid="replay-count">{t('callbackBulk.countSelected', { count })}</p>
      ) : (
        <QueryView query={counted}>
          {({ matching, replayable }) => (
            <p data-testid="replay-count">
              <strong>
                {replayable === 0
                  ? t('callbackBulk.nothing')
                  : replayable > REPLAYS_MOST
                    ? t('callbackBulk.tooMany', { max: REPLAYS_MOST, count: replayable })
                    : t('callbackBulk.countMatching', { matching, count: replayable })}
              </strong>
            </p>
          )}
        </QueryView>
      )}
      <Form.Item
        name="reason"
        label={t('callbackBulk.reason')}
        rules={[{ required: true, whitespace: true, message: t('callbackBulk.reasonMissing') }]}
      >
        <Input maxLength={200} placeholder={t('callbackBulk.reasonHint')} data-testid="bulk-replay-reason" />
      </Form.Item>
      {batchId !== undefined && <BatchProgress batchId={batchId} />}
    </ActDialog>
  );
}

function BatchProgress({ batchId }: { batchId: string }) {
  const { t } = useTranslation();
  const { data: batch } = useQuery(
    ordersApi.callback.replayBatch.queryOptions({ batchId }, { refetchInterval: LOOK_EVERY_MS, gcTime: 0 }),
  );
  if (!batch) return null;
  const { done, total, failed } = batch;
  return (
    <div role="status" data-testid="bulk-replay-progress">
      <Progress percent={Math.floor((done / total) * 100)} showInfo={false} aria-label={t('callbackBulk.title')} />
      {t('callbackBulk.progress', { done, total, failed })}
    </div>
  );
}

/** The answer got lost on the way; the batch itself says what became of it. */
function LostAnswer({ batch: { done, failed, finishedAt } }: { batch: ReplayBatch }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="warning"
      showIcon
      title={t('callbackBulk.finished', { replayed: done - failed, failed })}
      description={finishedAt === null ? t('callbackBulk.interrupted') : t('callbackBulk.lost')}
      data-testid="bulk-replay-lost"
    />
  );
}

/** Waits for the end of a batch whose answer got lost; undefined when it never started. */
async function followBatch(batchId: string): Promise<ReplayBatch | undefined> {
  let last: ReplayBatch | undefined;
  for (let quietSince = performance.now(); performance.now() - quietSince < STILL_MS;) {
    const batch = await ordersClient.callback.replayBatch.query({ batchId }).catch(() => undefined);
    if (batch === null) return undefined;
    if (batch && batch.done !== last?.done) quietSince = performance.now();
    last = batch ?? last;
    if (last && last.finishedAt !== null) return last;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
  return last;
}
