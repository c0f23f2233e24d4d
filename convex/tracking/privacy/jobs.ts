import { internalMutation, internalQuery } from "../../lib/functions";
import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { eraseReceipts, exportReceipts } from "./model";

/** What was reported about a person's messages. */
export const receipts = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportReceipts(ctx, orgId, contactId, cursor),
});

/** Takes a person out of the reports. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<ErasedPage> =>
    await eraseReceipts(ctx, orgId, contactId, cursor),
});
