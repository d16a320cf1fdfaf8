import { Button } from 'antd';

type Reading = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** Reads on where a list was cut; nothing where it was not. */
export function ShowOlder({ of, label, testId }: { of: Reading; label: string; testId: string }) {
  if (!of.hasNextPage) return null;
  return (
    <div className="show-older">
      <Button size="small" loading={of.isFetchingNextPage} data-testid={testId} onClick={() => void of.fetchNextPage()}>
        {label}
      </Button>
    </div>
  );
}
