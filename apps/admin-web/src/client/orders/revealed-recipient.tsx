import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fact, FactList } from '../layout/fact-list.tsx';

export type Recipient = { contactName: string; phone: string; address: string };

/** Long enough to read out a number, too short for a screen that was walked away from. */
const SHOWN_S = 60;

/** Personal data in clear, for a while. */
export function RevealedRecipient({ recipient, onHide }: { recipient: Recipient; onHide: () => void }) {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(SHOWN_S);

  useEffect(() => {
    if (seconds <= 0) {
      onHide();
      return undefined;
    }
    const timer = setTimeout(() => setSeconds(seconds - 1), 1_000);
    return () => clearTimeout(timer);
  }, [seconds, onHide]);

  return (
    <div className="verb-result" data-testid="reveal-result">
      <FactList>
        <Fact label={t('order.contactName')}>{recipient.contactName}</Fact>
        <Fact label={t('order.phone')}>
          <span className="number">{recipient.phone}</span>
        </Fact>
        <Fact label={t('order.detail')}>{recipient.address}</Fact>
      </FactList>
      <p className="secondary">{t('orderPage.hidesIn', { seconds })}</p>
    </div>
  );
}
