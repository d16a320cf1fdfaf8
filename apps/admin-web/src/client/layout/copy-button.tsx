import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { type MouseEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useToast } from './toasts.tsx';

const CONFIRM_MS = 1_500;

/** A plain button: long lists have one in every row. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async (event: MouseEvent) => {
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Only pages over HTTPS or on this computer may copy.
      toast('warning', t('common.copyFailed'));
    }
  };

  const label = copied ? t('common.copied') : t('common.copy', { what });
  return (
    <button
      type="button"
      className="copy-button"
      aria-label={label}
      title={label}
      onClick={(event) => void copy(event)}
    >
      {copied ? <CheckOutlined /> : <CopyOutlined />}
    </button>
  );
}
