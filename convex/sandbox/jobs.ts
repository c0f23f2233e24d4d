import { v } from "convex/values";
import { internalMutation } from "../lib/functions";
import { acceptSend, report as applyReport, vAccept, vAnswer, vReport } from "./model/provider";
import { answerFromDevice } from "./model/reply";

/** The simulated provider's API: takes a message or answers why not. The same key again is the same message. */
export const accept = internalMutation({
  args: vAccept,
  returns: vAnswer,
  handler: async (ctx, send) => await acceptSend(ctx, send),
});

/** A device's receipt, scheduled when the message was accepted. */
export const report = internalMutation({
  args: vReport,
  returns: v.null(),
  handler: async (ctx, receipt): Promise<null> => {
    await applyReport(ctx, receipt);
    return null;
  },
});

/** The customer's scripted answer, scheduled when the message was accepted. */
export const answer = internalMutation({
  args: { orgId: v.id("organisations"), messageId: v.id("sandboxMessages"), text: v.string() },
  returns: v.null(),
  handler: async (ctx, answered): Promise<null> => {
    await answerFromDevice(ctx, answered);
    return null;
  },
});
