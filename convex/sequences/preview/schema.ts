import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vRendered } from "../../delivery/schema";
import { vChannel } from "../../lib/closedSets";

export const previewTables = {
  // What a template says to somebody, made for one member's screen and gone within the hour. Written by the member who
  // asks and the job that sets it; read by that member.
  messagePreviews: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    templateId: v.id("templates"),
    channel: vChannel,
    /** +1 with every question: the answer to an earlier one is not shown. */
    asked: v.number(),
    /** The published text it shows; absent: what is not published. */
    versionId: v.optional(v.id("templateVersions")),
    /** Its pictures, as a document names them. */
    images: v.optional(v.array(v.string())),
    values: v.record(v.string(), v.string()),
    /** Variables without a value or fallback. */
    missing: v.array(v.string()),
    /** Whose data it has. */
    shown: v.object({ bookingId: v.optional(v.id("bookings")), person: v.string(), title: v.optional(v.string()) }),
    state: v.union(
      v.object({ kind: v.literal("waiting") }),
      /** `marked`: the same with ⟦name⟧ where a value is missing; absent where none is. */
      v.object({ kind: v.literal("ready"), rendered: vRendered, marked: v.optional(vRendered) }),
      v.object({ kind: v.literal("failed"), reason: v.string() }),
    ),
    /** UTC ms, of the last question. */
    at: v.number(),
  }),
};
