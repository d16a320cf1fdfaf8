/**
 * Where YLH is and who we are there; a configuration's keys made ready for use (domain.md §1.1, §1.9-§1.14). The three
 * roots are services of their own (R38), all without a slash at their end.
 */
export type YlhSettings = {
  readonly authUrl: string;
  /** `jst-order`: takes orders and cancels them. */
  readonly intakeUrl: string;
  /** `order`: appointments and photos. */
  readonly orderUrl: string;
  /** `stock`: parcels. */
  readonly stockUrl: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Agreed with the platform, and the same in creating and cancelling. */
  readonly sourceSystem: string;
  readonly shopName: string;
  /** Our 88-code. */
  readonly sellerCode: string;
  /** Texts, each of which in a refusal says that the order is there already, beside those that we guess. */
  readonly repeatedWords: readonly string[];
};
