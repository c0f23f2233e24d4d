import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveMessages, moveThreads } from "./model";

/** Hands conversations over when two contacts are merged. */
export const threads = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveThreads(ctx, move),
});

/** Hands over what a person wrote. */
export const messages = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveMessages(ctx, move),
});
