import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { internalMutation, internalQuery } from "../../lib/functions";
import { eraseLinks, exportLinks } from "./model";

/** Who a person is in sevDesk. */
export const links = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId }): Promise<PersonPage> => await exportLinks(ctx, orgId, contactId),
});

/** Forgets who a person is in sevDesk. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId }): Promise<ErasedPage> => await eraseLinks(ctx, orgId, contactId),
});
