import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, Modal } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readProblem } from '../api/api-problem.ts';
import { ordersClient } from '../api/orders-api.ts';
import { ProblemText } from './failure-notice.tsx';
import { useToast } from './toasts.tsx';

type ActDialogProps<T extends object> = {
  title: string;
  /** What will happen, said before it does. */
  effects: readonly string[];
  /** Names the act on its button. */
  confirm: string;
  /** Names the button that leaves without it, where "cancel" might be taken for the act. */
  leave?: string;
  /** Fields of the form, as `Form.Item`s with a `name` of `T`. */
  children?: ReactNode;
  initialValues?: Partial<T>;
  /**
   * Does it. A text is said in passing; what is `shown` stays in the dialog until its reader closes it. A refusal is
   * shown in the dialog, which stays open.
   */
  run: (values: T) => Promise<string | { shown: ReactNode }>;
  onClose: () => void;
  danger?: boolean;
  /** Not to be confirmed, or not yet; `children` say why. */
  blocked?: boolean;
  width?: number;
  testId: string;
};

/** The field of the password that is asked for again; forms of acts have a `password` of their own. */
type StepUp = { stepUpPassword?: string };

/**
 * Asks before an act, with what it needs, and shows the service's own words when it is refused. Where the service wants
 * a fresh password check, the password is asked for in the same dialog.
 */
export function ActDialog<T extends object>(props: ActDialogProps<T>) {
  const { title, effects, confirm, children, initialValues, run, onClose, danger = false, blocked = false } = props;
  const { testId } = props;
  const { t } = useTranslation();
  const toast = useToast();
  const [form] = Form.useForm<T & StepUp>();
  const [result, setResult] = useState<{ shown: ReactNode }>();
  useFocusComesBack();
  const act = useMutation({
    mutationFn: async ({ stepUpPassword, ...values }: T & StepUp) => {
      if (stepUpPassword) await ordersClient.session.stepUp.mutate({ password: stepUpPassword });
      return run(values as unknown as T);
    },
    onSuccess: (said) => {
      if (typeof said !== 'string') return setResult(said);
      onClose();
      toast('success', said);
    },
  });
  const problem = act.error && readProblem(act.error).code;
  const askPassword = problem === 'STEP_UP_REQUIRED' || problem === 'SIGN_IN_FAILED';

  return (
    <Modal
      open
      title={title}
      {...(props.width && { width: props.width })}
      okText={result ? t('common.close') : confirm}
      cancelText={props.leave ?? t('common.cancel')}
      okButtonProps={{
        danger: danger && !result,
        disabled: blocked && !result,
        loading: act.isPending,
        'data-testid': `${testId}-confirm`,
      }}
      cancelButtonProps={{ 'data-testid': `${testId}-cancel`, ...(result && { className: 'no-cancel' }) }}
      onOk={result ? onClose : form.submit}
      onCancel={onClose}
      destroyOnHidden
    >
      {result ? (
        result.shown
      ) : (
        <>
          <ul className="effects" data-testid={`${testId}-effects`}>
            {effects.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            preserve={false}
            {...(initialValues && { initialValues })}
            onFinish={(values) => act.mutate(values)}
          >
            {children}
            {askPassword && (
              <Form.Item
                name="stepUpPassword"
                label={t('order.passwordAgain')}
                extra={t('order.passwordWhy')}
                rules={[{ required: true, message: t('order.missing') }]}
              >
                <Input.Password autoFocus autoComplete="current-password" data-testid={`${testId}-password`} />
              </Form.Item>
            )}
          </Form>
          {/* That the password is wanted is said at its field: nothing has gone wrong. */}
          {act.error && problem !== 'STEP_UP_REQUIRED' && (
            <Alert
              type="error"
              showIcon
              role="alert"
              title={t('order.actionFailed', { action: title })}
              description={<ProblemText error={act.error} />}
              data-testid={`${testId}-error`}
            />
          )}
        </>
      )}
    </Modal>
  );
}

/** Whoever leaves the dialog stands again where they opened it. */
function useFocusComesBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
    [opener],
  );
}
