import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveLinks } from "./model";

/** Hands over who a person is in the bookkeeping when two contacts are merged. */
export const links = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveLinks(ctx, move),
});
