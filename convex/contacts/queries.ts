import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../lib/closedSets";
import { memberQuery } from "../lib/functions";
import { requireAccount } from "./accounts/model";
import { vAccountName } from "./accounts/schema";
import { listContacts, presentContact, requireContact } from "./model";
import { vAddressChannel, vAttributeValue } from "./schema";

const contactFields = {
  id: v.id("contacts"),
  name: v.string(),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  locale: v.optional(v.string()),
  timezone: v.optional(v.string()),
  preferredChannel: v.optional(vChannel),
  attributes: v.record(v.string(), vAttributeValue),
  tags: v.array(v.string()),
  /** The customer or partner organisation it belongs to. */
  account: v.union(vAccountName, v.null()),
  createdAt: v.number(),
  /** When the person, or an address of theirs, changed last. */
  updatedAt: v.number(),
  isErased: v.boolean(),
  /** The contact this one became part of. */
  mergedInto: v.union(v.id("contacts"), v.null()),
  addresses: v.array(
    v.object({
      channel: vAddressChannel,
      address: v.string(),
      isPrimary: v.boolean(),
      state: literals("unverified", "valid", "invalid"),
    }),
  ),
};

/** Contacts by name, those `text` finds by name or address, best first, or those of one account by name. */
export const list = memberQuery("contacts.read")({
  args: {
    text: v.optional(v.string()),
    accountId: v.optional(v.id("accounts")),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(v.object(contactFields)),
  handler: async (ctx, args) => {
    if (args.accountId !== undefined) await requireAccount(ctx, ctx.orgId, args.accountId);
    return await listContacts(ctx, ctx.orgId, args);
  },
});

/** One contact with its addresses. What it agreed to: contacts/consents/queries. */
export const get = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.object(contactFields),
  handler: async (ctx, { contactId }) => await presentContact(ctx, await requireContact(ctx, ctx.orgId, contactId)),
});
