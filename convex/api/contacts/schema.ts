import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vAddressChannel, vAttributeValue } from "../../contacts/schema";
import { vChannel } from "../../lib/closedSets";
import { vApiAccountName } from "../accounts/schema";

/** A person as the API shows them. Instants are UTC ms. */
export const vApiContact = v.object({
  id: v.string(),
  name: v.string(),
  firstName: v.union(v.string(), v.null()),
  lastName: v.union(v.string(), v.null()),
  locale: v.union(v.string(), v.null()),
  timezone: v.union(v.string(), v.null()),
  preferredChannel: v.union(vChannel, v.null()),
  organization: v.union(vApiAccountName, v.null()),
  attributes: v.record(v.string(), vAttributeValue),
  addresses: v.array(
    v.object({
      channel: vAddressChannel,
      address: v.string(),
      isPrimary: v.boolean(),
      state: literals("unverified", "valid", "invalid"),
    }),
  ),
  createdAt: v.number(),
});
export type ApiContact = Infer<typeof vApiContact>;

/** A person as a request names them: an id, or addresses that find or make the contact. */
export const vApiPerson = v.object({
  contactId: v.optional(v.string()),
  email: v.optional(v.string()),
  phone: v.optional(v.string()),
  whatsapp: v.optional(v.string()),
  name: v.optional(v.string()),
  locale: v.optional(v.string()),
  timezone: v.optional(v.string()),
});
export type ApiPerson = Infer<typeof vApiPerson>;
