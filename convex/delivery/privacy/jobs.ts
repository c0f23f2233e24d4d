import { internalMutation, internalQuery } from "../../lib/functions";
import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { eraseMessages, exportMessages } from "./model";

/** What was sent to a person, or not. */
export const messages = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportMessages(ctx, orgId, contactId, cursor),
});

/** Takes a person out of their messages. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<ErasedPage> =>
    await eraseMessages(ctx, orgId, contactId, cursor),
});
