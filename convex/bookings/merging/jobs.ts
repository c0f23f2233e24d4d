import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { internalMutation } from "../../lib/functions";
import { movePeople } from "./model";

/** Hands places in bookings over when two contacts are merged. */
export const people = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, move): Promise<Moved> => await movePeople(ctx, move),
});
