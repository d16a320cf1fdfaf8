import { Button, Tooltip } from 'antd';
import { type ComponentProps, type ReactNode, useId } from 'react';

type ActButtonProps = {
  /** Why it cannot be done now, or not by this person; null when it can. */
  refused: string | null;
  onClick: () => void;
  testId: string;
  children: ReactNode;
} & Pick<ComponentProps<typeof Button>, 'type' | 'size' | 'icon' | 'danger' | 'loading'>;

/** A button that is greyed with its reason where it cannot act: shown to the pointer, and read out at the keyboard. */
export function ActButton({ refused, onClick, testId, children, ...look }: ActButtonProps) {
  const reasonId = useId();
  // Not `disabled`: a disabled button takes no focus, and then nobody at the keyboard learns the reason.
  const behaviour =
    refused === null ? { onClick } : { 'aria-disabled': true, 'aria-describedby': reasonId, className: 'greyed' };
  const button = (
    <Button {...look} {...behaviour} data-testid={testId}>
      {children}
      {refused !== null && (
        <span id={reasonId} className="visually-hidden">
          {refused}
        </span>
      )}
    </Button>
  );
  return refused === null ? button : <Tooltip title={refused}>{button}</Tooltip>;
}
