// How long texts are kept (product.md C-29; providers.md 21.3: 24 months unless the organisation says otherwise).

const DAY_MS = 24 * 60 * 60 * 1000;

/** What an organisation decides about its texts. The log around them stays in every case. */
export type Retention = {
  /** Texts of messages that were sent or not sent, days. */
  messageDays: number;
  /** Conversations, from their last message on, days; null keeps them. */
  conversationDays: number | null;
};

export const DEFAULT_RETENTION: Retention = { messageDays: 730, conversationDays: 730 };

/** A month at least: dead letters are looked at, answers refer to what was said. */
export const MIN_RETENTION_DAYS = 30;

/** Ten years: what German law asks of business letters (§ 257 HGB, § 147 AO). */
export const MAX_RETENTION_DAYS = 3_653;

/** Which field cannot be, or null. */
export function retentionProblem({ messageDays, conversationDays }: Retention): keyof Retention | null {
  const isOk = (days: number) => Number.isInteger(days) && days >= MIN_RETENTION_DAYS && days <= MAX_RETENTION_DAYS;
  if (!isOk(messageDays)) return "messageDays";
  return conversationDays === null || isOk(conversationDays) ? null : "conversationDays";
}

/** Texts from before this instant go, UTC ms; null keeps all. */
export function cutoff(days: number | null, now: number): number | null {
  return days === null ? null : now - days * DAY_MS;
}

/** Years a statement can still be asked to be proved: the limitation period, to the end of a year (§§ 195, 199 BGB). */
const PROOF_YEARS = 3;

/** How long the proof of a consent stays after its person was erased: to the end of the third year after, UTC ms. */
export function proofKeptUntil(saidAt: number): number {
  return Date.UTC(new Date(saidAt).getUTCFullYear() + PROOF_YEARS + 1, 0, 1);
}
