/** With fewer days left at the present rate, an account at Haier wants money soon. */
export const FEW_DAYS_LEFT = 3;
