import { internalMutation, internalQuery } from "../../lib/functions";
import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { eraseConversations, exportConversations, exportReactions } from "./model";

/** The conversations of a person. */
export const conversations = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportConversations(ctx, orgId, contactId, cursor),
});

/** What a person reacted with to messages that no conversation shows. */
export const reactions = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportReactions(ctx, orgId, contactId, cursor),
});

/** Takes a person out of their conversations. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<ErasedPage> =>
    await eraseConversations(ctx, orgId, contactId, cursor),
});
