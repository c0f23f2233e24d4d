import { defineTable } from "convex/server";
import { v } from "convex/values";

export const noteTables = {
  // What the team keeps in mind about a person; the person never sees it, but may ask for it (GDPR Art. 15). Written by
  // members; exported and erased with the person.
  contactNotes: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    authorId: v.id("members"),
    text: v.string(),
    /** The browser's own id: the same note again is the first one. */
    clientId: v.string(),
  })
    .index("by_contact", ["contactId"])
    .index("by_client", ["authorId", "clientId"]),
};
