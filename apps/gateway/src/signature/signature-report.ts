import { timingSafeEqual } from 'node:crypto';
import type { SignatureReport, SignatureVariant } from '@orderbridge/contracts/signature-report';
import type { SecretName } from '../providers/provider.ts';
import { CONCLUSIONS, type Text, VARIANT_WORDS } from './signature-words.ts';

/** A stored callback whose signature is to be explained. */
export type StoredRequest = {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** Whether only the beginning of the body was kept. */
  readonly truncated: boolean;
  readonly signatureHeaders: Readonly<Record<string, string>> | null;
  readonly receivedAt: Date;
};

/** What one provider knows of a signature; nothing in it is a secret or a signature that would have been right. */
type Findings = {
  readonly algorithm: string;
  /** Undefined when the body could not be read. */
  readonly canonical: string | undefined;
  readonly given: string | undefined;
  /** Which secret makes it right just as it stands. */
  readonly signedWith: SecretName | undefined;
  /** Known mistakes, each with whether the signature is what it makes. */
  readonly attempts: readonly Attempt[];
  /** What else stands against the callback. */
  readonly remarks: readonly Text[];
};
export type Attempt = readonly [name: SignatureVariant, matches: () => boolean];

export type ExplainProvider = (request: StoredRequest) => Findings;

/** Stands for a secret in every text that is answered. */
export const HIDDEN = '******';

/** Tries the known mistakes and says in words what was found. */
export function reportOf(
  findings: Findings,
  { truncated }: StoredRequest,
  secrets: readonly string[],
): SignatureReport {
  const { algorithm, canonical, given, signedWith, attempts, remarks } = findings;
  const isTried = given !== undefined && canonical !== undefined && signedWith !== 'current';
  const variantsTried = isTried ? attempts.map(([name, matches]) => ({ name, matches: matches() })) : [];
  const found = variantsTried.filter(({ matches }) => matches).map(({ name }) => VARIANT_WORDS[name]);
  const words = [...conclusionsOf(findings, found, truncated), ...remarks];
  return {
    algorithm,
    canonical: canonical === undefined ? null : withoutSecrets(canonical, secrets),
    given: given === undefined ? null : withoutSecrets(given, secrets),
    matches: signedWith !== undefined,
    variantsTried,
    explanation: words.map(({ zh }) => zh).join(''),
    explanationEn: words.map(({ en }) => en).join(' '),
  };
}

function conclusionsOf({ canonical, given, signedWith }: Findings, found: readonly Text[], truncated: boolean): Text[] {
  if (canonical === undefined) return [CONCLUSIONS.unreadable];
  if (given === undefined) return [CONCLUSIONS.noSignature];
  if (signedWith !== undefined) return [CONCLUSIONS[signedWith]];
  if (found.length > 0) return [...found];
  return [truncated ? CONCLUSIONS.truncated : CONCLUSIONS.nothingFound];
}

/** Somebody may have sent a secret as a field; it does not leave here either. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets)
    for (const written of [secret, secret.toLowerCase(), secret.toUpperCase(), encodeURIComponent(secret)])
      if (written !== '') hidden = hidden.replaceAll(written, HIDDEN);
  return hidden;
}

/** In constant time but for the length. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
