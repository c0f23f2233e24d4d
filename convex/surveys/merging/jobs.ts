import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveSurveys } from "./model";

/** Hands questions about conversations over when two contacts are merged. */
export const surveys = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveSurveys(ctx, move),
});
