import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadExport } from './download-export.ts';
import { exportQuery, type ExportFilters } from './export-query.ts';

type Download = (how?: { reveal?: string | undefined; signal?: AbortSignal }) => Promise<void>;

/** Fetches what lies as `file` under `/exports/`, in the language of the page, and says how much of it is here. */
export function useDownload(file: string, filters: ExportFilters): [Download, receivedBytes: number | undefined] {
  const { i18n } = useTranslation();
  const [receivedBytes, setReceivedBytes] = useState<number>();
  const lang = i18n.language === 'en' ? 'en' : 'zh-CN';
  const download: Download = async ({ reveal, signal } = {}) => {
    try {
      await downloadExport(`/exports/${file}?${exportQuery({ ...filters, lang, reveal })}`, {
        signal,
        onProgress: setReceivedBytes,
      });
    } finally {
      setReceivedBytes(undefined);
    }
  };
  return [download, receivedBytes];
}
