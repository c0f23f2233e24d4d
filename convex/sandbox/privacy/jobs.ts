import { personPageArgs, vErasedPage, type ErasedPage } from "../../lib/dataSubjects";
import { internalMutation } from "../../lib/functions";
import { eraseDevices } from "./model";

/** Empties the simulated devices of a person. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { orgId, contactId }): Promise<ErasedPage> => await eraseDevices(ctx, orgId, contactId),
});
