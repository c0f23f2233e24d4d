import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { moveEnrolments } from "./model";

/** Hands journeys over when two contacts are merged. */
export const enrolments = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await moveEnrolments(ctx, move),
});
