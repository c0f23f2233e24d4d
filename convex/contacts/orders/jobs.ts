import { moveArgs, vMoved, type Moved } from "../../lib/contactMoves";
import { personPageArgs, vErasedPage, vPersonPage, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { internalMutation, internalQuery } from "../../lib/functions";
import { eraseOrders, exportOrders, moveOrders } from "./model";

/** Hands orders over when two contacts are merged. */
export const move = internalMutation({
  args: moveArgs,
  returns: vMoved,
  handler: async (ctx, asked): Promise<Moved> => await moveOrders(ctx, asked),
});

/** What a person ordered. */
export const ofPerson = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { contactId, cursor }): Promise<PersonPage> => await exportOrders(ctx, contactId, cursor),
});

/** Removes what is known of a person's orders. */
export const erase = internalMutation({
  args: personPageArgs,
  returns: vErasedPage,
  handler: async (ctx, { contactId, cursor }): Promise<ErasedPage> => await eraseOrders(ctx, contactId, cursor),
});
