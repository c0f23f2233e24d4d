import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { internalMutation, internalQuery } from "../../lib/functions";
import { eraseSurveys, exportSurveys } from "./model";

/** How a person rated conversations. */
export const surveys = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportSurveys(ctx, orgId, contactId, cursor),
});

/** Takes a person's words out of their ratings. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<ErasedPage> =>
    await eraseSurveys(ctx, orgId, contactId, cursor),
});
