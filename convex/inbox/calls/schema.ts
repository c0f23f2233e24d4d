import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** Who called: the customer (incoming) or one of us. */
export const CALL_DIRECTIONS = ["incoming", "outgoing"] as const;
/** How a call ended; in the first two somebody was talked to. */
export const CALL_OUTCOMES = ["answered", "callback_agreed", "no_answer", "voicemail", "busy"] as const;
export const vCallDirection = literals(...CALL_DIRECTIONS);
export const vCallOutcome = literals(...CALL_OUTCOMES);

/** The facts of a phone call that a member noted in a conversation (product.md A-14). When it was is the message's `at`. */
export const vCall = v.object({
  direction: vCallDirection,
  outcome: vCallOutcome,
  /** How long it took. */
  seconds: v.number(),
  /** Who noted it and may change it; who spoke is the message's sender. */
  loggedById: v.id("members"),
  /** When we are to call again, UTC ms. */
  callbackAt: v.optional(v.number()),
  editedAt: v.optional(v.number()),
});
export type Call = Infer<typeof vCall>;

/** What calls mean for who waits for whom. */
export const vCallSettings = v.object({
  /** An outgoing call in which the customer was talked to answers them. */
  outgoingAnswers: v.boolean(),
  /** So does a call of theirs that somebody took. */
  incomingAnswers: v.boolean(),
  /** A call of theirs that nobody took waits for an answer like a message. */
  missedWaits: v.boolean(),
});
export type CallSettings = Infer<typeof vCallSettings>;

export const callTables = {
  // What calls mean in an organisation; absent = the defaults of calls/rules.ts. Written by admins.
  callSettings: defineTable({ orgId: v.id("organisations"), ...vCallSettings.fields }).index("by_org", ["orgId"]),
};
