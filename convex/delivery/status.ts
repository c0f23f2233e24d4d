import type { Failure, MessageState } from "./schema";

/** A provider's report about a message it accepted. Opens and clicks are not states (providers.md 7.6). */
export type StatusReceipt = {
  kind: "sent" | "delivered" | "read" | "bounced" | "failed";
  /** UTC ms by the provider's clock. */
  at: number;
  reason?: string;
  /** With `failed` and `bounced`: class and code of the provider's table. */
  failure?: Failure;
  /** The provider's id of the message, where the answer that named it was lost or is not recorded yet. */
  providerMessageId?: string;
};

/**
 * What weighs more when reports contradict each other (providers.md 0.3): failures overwrite `sent`, proof of arrival
 * overwrites failures. One total order, so that the order of arrival cannot matter. States below `sent` are ours: the
 * provider's report about a lost answer settles them. Null: the message never left and no report can change it.
 */
const RANKS: Record<MessageState["kind"], number | null> = {
  pending: 0,
  held: 0,
  sending: 0,
  unknown: 0,
  dead: 0,
  sent: 1,
  failed: 2,
  bounced: 3,
  delivered: 4,
  read: 5,
  skipped: null,
  cancelled: null,
};

/** The state after a receipt, or null when it is late, repeated or about a message that never left. */
export function stateAfter(state: MessageState, receipt: StatusReceipt): MessageState | null {
  const current = RANKS[state.kind];
  const reported = RANKS[receipt.kind];
  if (current === null || reported === null || reported <= current) return null;
  const { kind, at, failure } = receipt;
  switch (kind) {
    case "sent":
    case "delivered":
    case "read":
      return { kind, at };
    case "bounced":
      return {
        kind,
        at,
        failure: failure ?? { class: "invalid_address", reason: receipt.reason ?? "The message bounced." },
      };
    case "failed":
      return {
        kind,
        at,
        failure: failure ?? { class: "permanent", reason: receipt.reason ?? "The provider reports a failure." },
      };
  }
}
