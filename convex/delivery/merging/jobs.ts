import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveHolds, moveMessages, moveWindows } from "./model";

/** Hands messages over, sent and planned ones, when two contacts are merged. */
export const messages = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveMessages(ctx, move),
});

/** Hands over why automatic messages to a person wait. */
export const holds = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveHolds(ctx, move),
});

/** Hands over until when a person may be answered freely on WhatsApp. */
export const windows = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveWindows(ctx, move),
});
