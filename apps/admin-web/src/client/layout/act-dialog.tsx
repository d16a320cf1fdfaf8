import { useMutation } from '@tanstack/react-query';
import { Alert, Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
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
  /** Fields of the form, as `Form.Item`s with a `name` of `T`. */
  children?: ReactNode;
  initialValues?: Partial<T>;
  /** Does it; what it resolves with is said in passing. A refusal is shown in the dialog, which stays open. */
  run: (values: T) => Promise<string>;
  onClose: () => void;
  danger?: boolean;
  testId: string;
};

/**
 * Asks before an act, with what it needs, and shows the service's own words when it is refused. Where the service wants
 * a fresh password check, the password is asked for in the same dialog.
 */
export function ActDialog<T extends object>(props: ActDialogProps<T>) {
  const { title, effects, confirm, children, initialValues, run, onClose, danger = false, testId } = props;
  const { t } = useTranslation();
  const toast = useToast();
  const [form] = Form.useForm<T & { password?: string }>();
  const act = useMutation({
    mutationFn: async ({ password, ...values }: T & { password?: string }) => {
      if (password) await ordersClient.session.stepUp.mutate({ password });
      return run(values as unknown as T);
    },
    onSuccess: (said) => {
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
      okText={confirm}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger, loading: act.isPending, 'data-testid': `${testId}-confirm` }}
      cancelButtonProps={{ 'data-testid': `${testId}-cancel` }}
      onOk={form.submit}
      onCancel={onClose}
      destroyOnHidden
    >
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
        {...(initialValues && { initialValues: initialValues as Parameters<typeof form.setFieldsValue>[0] })}
        onFinish={(values) => act.mutate(values)}
      >
        {children}
        {askPassword && (
          <Form.Item
            name="password"
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
    </Modal>
  );
}
