/** Where Haier's open platform is and who we are there; a configuration's keys made ready for use (domain.md §1.1-§1.7). */
export type HaierSettings = {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Word before the token in `Authorization`; empty for the token alone (T32). */
  readonly authorizationScheme: string;
  /** 售达方, our 88-code. */
  readonly customerCode: string;
  /** 送达方. */
  readonly sendToCode: string;
  readonly supplierCode: string;
  readonly password: string;
  readonly sellerPassword: string;
  readonly customerPassword: string;
};
