import type { CallMeaning } from "../calls/rules";

/** What counts of a message for who waits for whom. */
type Said = {
  messageType: "incoming" | "outgoing" | "internal_note" | "system_notification" | "auto_response";
  senderKind: "member" | "contact" | "system";
  isAutomatic: boolean;
  at: number;
  /** A phone call's; absent: none. */
  callMeaning?: CallMeaning;
};

/**
 * When the first message came that no person of the team has answered (product.md 6.2 rule 4), UTC ms; null when there is
 * none. Takes the newest messages in any order; automatic ones, notes and journeys' messages count neither way,
 * calls as they were set to. Pure.
 */
export function firstUnanswered(messages: readonly Said[]): number | null {
  const answers = messages.filter(
    ({ messageType, senderKind, callMeaning }) =>
      callMeaning === "answers" || (messageType === "outgoing" && senderKind === "member"),
  );
  const answeredAt = Math.max(-Infinity, ...answers.map(({ at }) => at));
  const waiting = messages.filter(
    ({ messageType, isAutomatic, at, callMeaning }) =>
      at > answeredAt && (callMeaning === "waits" || (messageType === "incoming" && !isAutomatic)),
  );
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ at }) => at));
}
