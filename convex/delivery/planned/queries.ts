import { v } from "convex/values";
import { requireContact } from "../../contacts/model";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { isHeldForTalk } from "../holds/rules";
import { foreseenHold } from "../model/held";
import { plannedFor } from "../model/planned";
import { visibleMessages } from "../model/sight";

/** What is going to be sent to a contact, next first. `isHeld`: a member paused it. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(
    v.object({
      id: v.id("messageQueue"),
      subject: v.string(),
      sourceLabel: v.string(),
      purpose: vPurpose,
      channel: v.union(vChannel, v.literal("best")),
      dueAt: v.number(),
      isHeld: v.boolean(),
      /** It waits, or will, for the end of a talk with the person (product.md O-4). */
      waitsForTalk: v.boolean(),
    }),
  ),
  handler: async (ctx, { contactId }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const rows = await visibleMessages(ctx, await plannedFor(ctx, contactId, Date.now()));
    return await Promise.all(
      rows.map(async (row) => {
        const { _id: id, subject, sourceLabel, purpose, routedChannel, channel, dueAt, state } = row;
        const shown = { id, subject, sourceLabel, purpose, dueAt, channel: routedChannel ?? channel };
        const isHeldByTalk = isHeldForTalk(row);
        const waitsForTalk = isHeldByTalk || (await foreseenHold(ctx, row)) !== null;
        return { ...shown, waitsForTalk, isHeld: state.kind === "held" && !isHeldByTalk };
      }),
    );
  },
});
