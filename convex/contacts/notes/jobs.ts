import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveNotes } from "./model";

/** Hands notes over when two contacts are merged. */
export const move = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, asked): Promise<Moved> => await moveNotes(ctx, asked),
});
