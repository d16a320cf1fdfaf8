import { Alert } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

type Toast = { id: number; type: 'success' | 'warning' | 'error'; text: ReactNode };
type ShowToast = (type: Toast['type'], text: ReactNode) => void;

const SHOWN_MS = 5_000;
const ToastContext = createContext<ShowToast>(() => {});

/** Tells in passing how something ended; what must not be missed is said where it happened. */
export const useToast = (): ShowToast => useContext(ToastContext);

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const show = useCallback<ShowToast>((type, text) => {
    const id = nextId.current++;
    setToasts((shown) => [...shown, { id, type, text }]);
    setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.id !== id)), SHOWN_MS);
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" data-testid="toasts">
        {toasts.map(({ id, type, text }) => (
          <Alert key={id} type={type} title={text} showIcon />
        ))}
      </div>
    </ToastContext>
  );
}
