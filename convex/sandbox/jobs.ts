import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vSendResult } from "../delivery/schema";
import { internalMutation } from "../lib/functions";
import { acceptSend, report as applyReport, vAccept } from "./model/provider";

/** The simulated provider's API: takes a message or answers why not. The same key again is the same message. */
export const accept = internalMutation({
  args: vAccept,
  returns: vSendResult,
  handler: async (ctx, send) => await acceptSend(ctx, send),
});

/** A device's receipt, scheduled when the message was accepted. */
export const report = internalMutation({
  args: {
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    providerMessageId: v.string(),
    kind: literals("delivered", "read"),
    tries: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, receipt): Promise<null> => {
    await applyReport(ctx, receipt);
    return null;
  },
});
