import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useSearchParams } from 'react-router';
import { readProblem } from '../api/api-problem.ts';
import { ALL_BUT_SESSION, ordersApi } from '../api/orders-api.ts';
import { CornerTools } from '../layout/corner-tools.tsx';
import { ProblemText } from '../layout/failure-notice.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { type SignInState, wayBack } from './way-back.ts';

export default function SignInPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const isEnded = (useLocation().state as SignInState | null)?.ended === true;
  const comesBack = params.has('back') && t('session.comeBack');
  const queryClient = useQueryClient();
  const current = useQuery(ordersApi.session.current.queryOptions());
  const signIn = useMutation(
    ordersApi.session.signIn.mutationOptions({
      onSuccess: (session) => {
        // What was read for whoever sat here before is not for them.
        queryClient.removeQueries(ALL_BUT_SESSION);
        queryClient.setQueryData(ordersApi.session.current.queryKey(), session);
      },
    }),
  );
  usePageTitle(t('session.title'));

  if (current.data) return <Navigate to={wayBack(params.get('back'))} replace />;
  return (
    <main className="sign-in" data-testid="sign-in-page">
      <CornerTools />
      <section className="sign-in-panel">
        <div className="brand">
          <img src="/icon.svg" alt="" width={32} height={32} />
          OrderBridge
        </div>
        <p className="secondary">{t('session.lead')}</p>
        <h1 className="visually-hidden">{t('session.title')}</h1>
        {signIn.error ? (
          <SignInFailure error={signIn.error} />
        ) : (
          (isEnded || comesBack) && (
            <Alert
              type={isEnded ? 'warning' : 'info'}
              showIcon
              role="status"
              className="sign-in-note"
              data-testid={isEnded ? 'session-ended' : 'sign-in-note'}
              title={isEnded ? t('session.ended') : comesBack}
              description={isEnded && comesBack}
            />
          )
        )}
        <Form<{ username: string; password: string }>
          layout="vertical"
          requiredMark={false}
          onFinish={({ username, password }) => signIn.mutate({ username: username.trim(), password })}
        >
          <Form.Item
            name="username"
            label={t('session.username')}
            rules={[{ required: true, whitespace: true, message: t('session.usernameMissing') }]}
          >
            <Input autoComplete="username" autoFocus maxLength={100} size="large" data-testid="sign-in-username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('session.password')}
            rules={[{ required: true, message: t('session.passwordMissing') }]}
          >
            <Input.Password
              autoComplete="current-password"
              maxLength={200}
              size="large"
              data-testid="sign-in-password"
            />
          </Form.Item>
          <Button
            type="primary"
            htmlType="submit"
            size="large"
            block
            loading={signIn.isPending}
            data-testid="sign-in-submit"
          >
            {t('session.signIn')}
          </Button>
        </Form>
      </section>
    </main>
  );
}

function SignInFailure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { code } = readProblem(error);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="sign-in-note"
      data-testid="sign-in-error"
      title={code === 'NETWORK' ? t('session.failedTitle') : t(`error.${code}`)}
      description={code === 'SIGN_IN_FAILED' ? undefined : <ProblemText error={error} />}
    />
  );
}
