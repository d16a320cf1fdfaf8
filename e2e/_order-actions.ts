import type { Page } from 'playwright-core';

/** Clicks an action of the order page, wherever it stands; "More" is opened when it waits there. */
export async function clickAction(page: Page, name: string): Promise<void> {
  await page.getByTestId('order-actions').waitFor();
  const button = page.getByTestId(`action-${name}`);
  await button.waitFor({ state: 'attached' });
  if (!(await button.isVisible())) await page.getByTestId('more-actions').click();
  await button.click();
}

/** What cannot be done with the order now, each with why, as one text. */
export async function refusedActions(page: Page): Promise<string> {
  const panel = page.getByTestId('more-panel');
  if (!(await panel.isVisible())) await page.getByTestId('more-actions').click();
  return panel.innerText();
}
