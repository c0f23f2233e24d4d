import { v } from "convex/values";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as contacts from "./model";
import { vApiContact, vApiContactChange, vApiPerson } from "./schema";

/** A page of people. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    search: v.optional(v.string()),
    organizationId: v.optional(v.string()),
    updatedSince: v.optional(v.number()),
  },
  returns: vPageOf(vApiContact),
  handler: async (ctx, { caller, ...asked }) => await contacts.listContacts(ctx, caller, asked),
});

/** One person. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiContact,
  handler: async (ctx, { caller, id }) => await contacts.readContact(ctx, caller, id),
});

/** Finds or makes a person; `organizationId` says where they belong, null for nowhere. */
export const upsert = internalMutation({
  args: {
    caller: vApiCaller,
    write: vWrite,
    person: vApiPerson,
    organizationId: v.optional(v.union(v.string(), v.null())),
  },
  returns: vAnswer(vApiContact),
  handler: async (ctx, { caller, write, ...said }) => await contacts.upsertContact(ctx, caller, said, write),
});

/** Changes a person. Throws `not_found`, `invalid` with the field. */
export const update = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string(), change: vApiContactChange },
  returns: vAnswer(vApiContact),
  handler: async (ctx, { caller, id, change, write }) => await contacts.updateContact(ctx, caller, id, change, write),
});
