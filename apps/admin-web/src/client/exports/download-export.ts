import { TRPCClientError } from '@trpc/client';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { callHeaders } from '../api/attention.ts';

type DownloadOptions = { signal?: AbortSignal | undefined; onProgress: (receivedBytes: number) => void };

/**
 * Fetches an export and hands it to the browser as a file once it is here whole: one that is broken off on the way is
 * an error and no file.
 * @throws TRPCClientError with the service's words, when it refuses
 */
export async function downloadExport(address: string, { signal, onProgress }: DownloadOptions): Promise<void> {
  const response = await fetch(address, { headers: callHeaders(), ...(signal && { signal }) });
  if (!response.ok || !response.body) throw await refusalOf(response);
  const parts: BlobPart[] = [];
  let receivedBytes = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    receivedBytes += value.byteLength;
    onProgress(receivedBytes);
  }
  const type = response.headers.get('content-type') ?? '';
  save(new Blob(parts, { type }), fileNameOf(response.headers.get('content-disposition')));
}

async function refusalOf(response: Response): Promise<Error> {
  const answer: unknown = await response.json().catch(() => undefined);
  return isRefusal(answer)
    ? TRPCClientError.from<OrdersApi>(answer)
    : new Error(`the export was answered with ${response.status}`);
}

type Refusal = Parameters<typeof TRPCClientError.from<OrdersApi>>[0] & { error: unknown };
const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'object';

/** `attachment; filename="orders-20261121080000.csv"` → its name. */
export const fileNameOf = (disposition: string | null): string =>
  /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? 'export.csv';

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
