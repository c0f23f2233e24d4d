import type { MessageState, QueueGroup } from "./schema";

const GROUPS: Record<MessageState["kind"], QueueGroup> = {
  pending: "waiting",
  held: "waiting",
  sending: "sending",
  sent: "sent",
  delivered: "sent",
  read: "sent",
  bounced: "failed",
  failed: "failed",
  dead: "failed",
  unknown: "failed",
  skipped: "stopped",
  cancelled: "stopped",
};

/** Under which heading of the queue screen a state stands. `unknown` stands with the failures: a person is needed. */
export function groupOf(kind: MessageState["kind"]): QueueGroup {
  return GROUPS[kind];
}

/** States a person may put back into the queue: their attempts ended, and nothing is on its way. */
export const REQUEUEABLE: readonly MessageState["kind"][] = ["dead", "failed", "bounced", "skipped"];

/** The reason of a message that a member holds by itself, whatever is talked about. */
export const MEMBER_HOLD = "member_hold";
