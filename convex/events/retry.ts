/** Six attempts over about a minute: long enough for a conflict or a redeploy to pass, short enough to notice. */
export const MAX_REACTION_ATTEMPTS = 6;

const FIRST_DELAY_MS = 2_000;

/** How long a reaction waits after its failed attempt number `attempt` (1-based); null when it has had enough. */
export function retryDelayMs(attempt: number): number | null {
  return attempt >= MAX_REACTION_ATTEMPTS ? null : FIRST_DELAY_MS * 2 ** (attempt - 1);
}
