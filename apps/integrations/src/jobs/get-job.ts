import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobAttempt, jobApi } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import { jobView } from './job-view.ts';
import { readJob } from './read-job.ts';

/**
 * One job with its latest attempts, the newest first.
 * @throws NotFound
 */
export async function getJob(
  em: SqlEntityManager,
  { id }: z.output<typeof jobApi.get.input>,
  now: Date,
): Promise<z.input<typeof jobApi.get.output>> {
  const row = await readJob(em, id);
  const attempts = await em.execute<AttemptRow[]>(
    `select no, started_at, ended_at, outcome, http_status, duration_ms, url, request, answer, detail, detail_en
       from job_attempts where job_id = ? order by no desc`,
    [row.id],
  );
  return { ...jobView(row, now), attemptLog: attempts.map(attemptView) };
}

type AttemptRow = {
  no: number;
  started_at: string;
  ended_at: string;
  outcome: JobAttempt['outcome'];
  http_status: number | null;
  duration_ms: number | null;
  url: string | null;
  request: string | null;
  answer: string | null;
  detail: string | null;
  detail_en: string | null;
};

const attemptView = (row: AttemptRow): JobAttempt => ({
  no: row.no,
  startedAt: new Date(row.started_at).toISOString(),
  endedAt: new Date(row.ended_at).toISOString(),
  outcome: row.outcome,
  httpStatus: row.http_status,
  durationMs: row.duration_ms,
  url: row.url,
  request: row.request,
  answer: row.answer,
  detail: row.detail,
  detailEn: row.detail_en,
});
