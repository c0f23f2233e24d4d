import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const vActor = v.union(
  v.object({ kind: v.literal("member"), memberId: v.id("members") }),
  v.object({ kind: v.literal("contact"), contactId: v.id("contacts") }),
  v.object({ kind: v.literal("system"), name: v.string() }),
);
export type Actor = Infer<typeof vActor>;

export const auditTables = {
  // Append-only record of who did what. Written by every mutation that changes something a person may ask about;
  // read by the audit screen; kept.
  auditEntries: defineTable({
    orgId: v.id("organisations"),
    actor: vActor,
    /** "thread.assigned", "booking.cancelled": subject dot past participle. */
    action: v.string(),
    /** Table name and id of what was changed. */
    subject: v.object({ table: v.string(), id: v.string() }),
    details: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
    at: v.number(),
  })
    .index("by_org", ["orgId", "at"])
    .index("by_member", ["orgId", "actor.memberId", "at"])
    .index("by_subject", ["orgId", "subject.table", "subject.id", "at"]),
};
