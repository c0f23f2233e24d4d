import { internalMutation, internalQuery } from "../../lib/functions";
import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { eraseContact, exportConsents, exportProfile } from "./model";

/** Who a person is. */
export const profile = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId }): Promise<PersonPage> => await exportProfile(ctx, orgId, contactId),
});

/** What a person agreed to. */
export const consents = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { contactId, cursor }): Promise<PersonPage> => await exportConsents(ctx, contactId, cursor),
});

/** Takes a person out of the contacts; the last part of an erasure. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<ErasedPage> =>
    await eraseContact(ctx, orgId, contactId, cursor),
});
