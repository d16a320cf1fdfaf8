import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { readProblem } from '../api/api-problem.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';

export type QuestionField<Name extends string> = {
  name: Name;
  label: string;
  placeholder: string;
  maxLength: number;
  /** As the service calls it, to show its words about it here. */
  path: string;
  long?: boolean;
};

type QuestionFormProps<Name extends string> = {
  fields: readonly QuestionField<Name>[];
  written: Record<Name, string>;
  onAsk: (values: Record<Name, string>) => void;
  isAsking: boolean;
  /** Why there is no answer. */
  error: unknown;
};

/** Asks Haier; what the service finds wrong with a field is said at it. */
export function QuestionForm<Name extends string>(props: QuestionFormProps<Name>) {
  const { fields, written, onAsk, isAsking, error } = props;
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { code, message, fields: wrong } = readProblem(error);
  const helpOf = ({ path }: QuestionField<Name>) => {
    if (code !== 'BAD_INPUT' || message === undefined || !wrong.some((field) => field.path === path)) return {};
    return { validateStatus: 'error' as const, help: staffText(message.zh, message.en) };
  };
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      className="question-form"
      initialValues={written}
      onFinish={(values: Partial<Record<Name, string>>) =>
        onAsk(Object.fromEntries(fields.map(({ name }) => [name, (values[name] ?? '').trim()])) as Record<Name, string>)
      }
    >
      {fields.map((field) => (
        <Form.Item
          key={field.name}
          name={field.name as string}
          label={field.label}
          className={field.long ? 'long' : ''}
          {...helpOf(field)}
        >
          <Input
            allowClear
            maxLength={field.maxLength}
            placeholder={field.placeholder}
            data-testid={`ask-${field.name}`}
          />
        </Form.Item>
      ))}
      <Button type="primary" htmlType="submit" icon={<SearchOutlined />} loading={isAsking} data-testid="ask-submit">
        {t('haierData.ask')}
      </Button>
    </Form>
  );
}
