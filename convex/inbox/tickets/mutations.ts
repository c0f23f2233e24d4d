import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { describeTicket, moveTicket, removeTicket } from "./model/describe";
import { makeTicket, openTicket } from "./model/make";
import { setTicketSettings } from "./model/settings";
import { vTicketPerson, vTicketSettings, vTicketSource, vTicketStatus, vUrgency } from "./schema";

/** Not `isNew`: it was one already, or there is one of the same phone number and day, maybe in another conversation. */
const vMade = v.object({ threadId: v.id("threads"), number: v.number(), isNew: v.boolean() });

const facts = {
  source: v.optional(vTicketSource),
  category: v.optional(v.string()),
  urgency: v.optional(vUrgency),
  /** Another one than that of the same phone number and day is meant (product.md E-05). */
  isSeparate: v.optional(v.boolean()),
};

/** Makes a conversation a ticket. */
export const make = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), ...facts },
  returns: vMade,
  handler: async (ctx, { threadId, ...rest }) => await makeTicket(ctx, ctx, threadId, rest),
});

/** Writes a ticket down by hand: a conversation with its words as a note. The same `clientId` again is the same ticket. */
export const open = memberMutation("inbox.reply")({
  args: { person: vTicketPerson, subject: v.string(), text: v.string(), clientId: v.string(), ...facts },
  returns: vMade,
  handler: async (ctx, ticket) => await openTicket(ctx, ctx, ticket),
});

/** Gives a ticket a status: the next of the flow at once, any other with a reason. */
export const move = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), to: vTicketStatus, reason: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, to, reason }): Promise<null> => {
    await moveTicket(ctx, ctx, threadId, { to, reason });
    return null;
  },
});

/** Says where a ticket came from, what kind it is, how urgent. */
export const describe = memberMutation("inbox.reply")({
  args: {
    threadId: v.id("threads"),
    source: v.optional(vTicketSource),
    category: v.optional(v.string()),
    urgency: v.optional(vUrgency),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, ...change }): Promise<null> => {
    await describeTicket(ctx, ctx, threadId, change);
    return null;
  },
});

/** Makes a ticket a conversation like others again. */
export const remove = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }): Promise<null> => {
    await removeTicket(ctx, ctx, threadId);
    return null;
  },
});

/** Sets on which channels new conversations become tickets by themselves. */
export const setSettings = memberMutation("sla.manage")({
  args: vTicketSettings.fields,
  returns: v.null(),
  handler: async (ctx, { channels }): Promise<null> => {
    await setTicketSettings(ctx, ctx, { channels });
    return null;
  },
});
