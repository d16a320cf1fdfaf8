/** The name a person goes by, with the account where it differs. */
export const nameOf = ({ username, displayName }: { username: string; displayName: string }): string =>
  displayName === '' || displayName === username ? username : `${displayName} (${username})`;
