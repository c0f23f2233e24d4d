/** What counts of a message for who waits for whom. */
type Said = {
  messageType: "incoming" | "outgoing" | "internal_note" | "system_notification" | "auto_response";
  senderKind: "member" | "contact" | "system";
  isAutomatic: boolean;
  at: number;
};

/**
 * When the first message came that no person of the team has answered (product.md 6.2 rule 4), UTC ms; null when there is
 * none. Takes the newest messages in any order; automatic ones, notes and journeys' messages count neither way. Pure.
 */
export function firstUnanswered(messages: readonly Said[]): number | null {
  const answers = messages.filter(
    ({ messageType, senderKind }) => messageType === "outgoing" && senderKind === "member",
  );
  const answeredAt = Math.max(-Infinity, ...answers.map(({ at }) => at));
  const waiting = messages.filter(
    ({ messageType, isAutomatic, at }) => messageType === "incoming" && !isAutomatic && at > answeredAt,
  );
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ at }) => at));
}
