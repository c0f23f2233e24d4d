import { v } from "convex/values";
import { reaction } from "../lib/functions";
import { reportStatus } from "./model";

/** message.*: bookkeeping notes what became of it (requirement S0, "Feedback"). */
export const onMessageStatus = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    const { orgId, subject } = event;
    if (subject.queueId !== undefined) await reportStatus(ctx, orgId, subject.queueId);
    return null;
  },
});
