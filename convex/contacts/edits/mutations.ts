import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vAccountKind } from "../accounts/schema";
import { vAddressChannel, vAttributeValue } from "../schema";
import { changeContact, giveAddress, preferAddress, takeAddress } from "./model";
import { enterContact } from "./model/enter";

const address = { contactId: v.id("contacts"), channel: vAddressChannel, address: v.string() };

/**
 * Writes down somebody new: addresses as written, kept normalised. When somebody has one of them already, says who and
 * writes nothing.
 */
export const create = memberMutation("contacts.edit")({
  args: {
    name: v.string(),
    email: v.string(),
    phone: v.string(),
    locale: v.string(),
    tags: v.array(v.string()),
    account: v.optional(v.object({ name: v.string(), kind: vAccountKind })),
  },
  returns: v.union(
    v.object({ kind: v.literal("created"), contactId: v.id("contacts") }),
    v.object({
      kind: v.literal("taken"),
      field: v.union(v.literal("email"), v.literal("phone")),
      contactId: v.id("contacts"),
      name: v.string(),
    }),
  ),
  handler: async (ctx, entered) => await enterContact(ctx, ctx.member, entered),
});

/** Changes what is known about a contact; null takes a value away, what is absent stays. */
export const change = memberMutation("contacts.edit")({
  args: {
    contactId: v.id("contacts"),
    name: v.optional(v.string()),
    locale: v.optional(v.union(v.string(), v.null())),
    timezone: v.optional(v.union(v.string(), v.null())),
    accountId: v.optional(v.union(v.id("accounts"), v.null())),
    tags: v.optional(v.array(v.string())),
    attributes: v.optional(v.record(v.string(), v.union(vAttributeValue, v.null()))),
  },
  returns: v.null(),
  handler: async (ctx, { contactId, ...said }) => {
    await changeContact(ctx, ctx.member, contactId, said);
    return null;
  },
});

/** Gives a contact an address as written; it is kept normalised. Nobody agrees to anything by it. */
export const addAddress = memberMutation("contacts.edit")({
  args: address,
  returns: v.null(),
  handler: async (ctx, { contactId, ...written }) => {
    await giveAddress(ctx, ctx.member, contactId, written);
    return null;
  },
});

/** Takes an address from a contact. Consents and suppressions stay. */
export const removeAddress = memberMutation("contacts.edit")({
  args: address,
  returns: v.null(),
  handler: async (ctx, { contactId, ...which }) => {
    await takeAddress(ctx, ctx.member, contactId, which);
    return null;
  },
});

/** Makes an address the one that is written to first on its channel. */
export const makePrimary = memberMutation("contacts.edit")({
  args: address,
  returns: v.null(),
  handler: async (ctx, { contactId, ...which }) => {
    await preferAddress(ctx, ctx.member, contactId, which);
    return null;
  },
});
