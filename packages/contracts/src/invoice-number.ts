export const INVOICE_NUMBER_MAX = 30;

/** Number of an invoice: digits, Latin letters and hyphens. */
export const INVOICE_NUMBER = new RegExp(`^[0-9A-Za-z-]{8,${INVOICE_NUMBER_MAX}}$`);
