import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** Why automatic messages to a person wait: the team talks with them, they complain, a member said so. */
export const HOLD_CAUSES = ["conversation", "complaint", "member"] as const;
export const vHoldCause = literals(...HOLD_CAUSES);
export type HoldCause = Infer<typeof vHoldCause>;

export const holdTables = {
  // People whom automatic messages leave alone for the time being (product.md O-4). Written by the inbox and by members;
  // read before automatic messages leave; removed when it is over, which lets go what waits for it.
  personHolds: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    cause: vHoldCause,
    /** The conversation it is about; delivery knows no threads. */
    threadId: v.optional(v.string()),
    /** Who talks with the person, or said so. */
    memberId: v.optional(v.id("members")),
    at: v.number(),
    /** UTC ms; absent: until it is lifted. */
    until: v.optional(v.number()),
  })
    .index("by_org", ["orgId"])
    .index("by_contact", ["contactId", "cause", "threadId"]),
};
