import type { SuppressionReason } from "./schema";

/** The person's own words, or what the law makes of them: lifting these takes more than a click (product.md C-44). */
const LEGAL_REASONS: readonly SuppressionReason[] = ["unsubscribed", "opt_out_word", "complaint", "erased"];

/** True when lifting it needs the permission and the address typed once more. */
export function isLegalReason(reason: SuppressionReason): boolean {
  return LEGAL_REASONS.includes(reason);
}

/** Reasons a member may give by hand or in a file. */
export const MANUAL_REASONS = ["manual", "unsubscribed", "complaint", "hard_bounce", "invalid_address"] as const;

/** What the person ended and may take up again by asking for it. */
const OWN_REASONS: readonly SuppressionReason[] = ["unsubscribed", "opt_out_word", "revocation"];

/** True for what a person's own new yes lifts. */
export function isOwnWish(reason: SuppressionReason): boolean {
  return OWN_REASONS.includes(reason);
}
