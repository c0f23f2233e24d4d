import { defineTable } from "convex/server";
import { v } from "convex/values";

export const windowTables = {
  // When a person last wrote to a WhatsApp account: for 24 hours anything may be answered (providers.md 13.4). One row a
  // person and account. Written by inbox when a message comes in; read before each send.
  inboundWindows: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    connectionId: v.id("connections"),
    /** The person's own time of the message, not ours. */
    lastInboundAt: v.number(),
  }).index("by_contact", ["contactId", "connectionId"]),
};
