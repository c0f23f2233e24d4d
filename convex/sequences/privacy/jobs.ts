import { personPageArgs, vPersonPage, type PersonPage } from "../../lib/dataSubjects";
import { internalQuery } from "../../lib/functions";
import { exportJourneys } from "./model";

/** The journeys a person was or is in. */
export const journeys = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId, cursor }): Promise<PersonPage> =>
    await exportJourneys(ctx, orgId, contactId, cursor),
});
