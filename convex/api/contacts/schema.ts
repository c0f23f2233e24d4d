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
  tags: v.array(v.string()),
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
  /** When the person, or an address of theirs, changed last. */
  updatedAt: v.number(),
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

/** What a request says about attributes; null takes one away. */
export const vAttributeChange = v.record(v.string(), v.union(vAttributeValue, v.null()));

/** What a request changes of a person; null takes a value away, what is absent stays. */
export const vApiContactChange = v.object({
  name: v.optional(v.string()),
  locale: v.optional(v.union(v.string(), v.null())),
  timezone: v.optional(v.union(v.string(), v.null())),
  organizationId: v.optional(v.union(v.string(), v.null())),
  tags: v.optional(v.array(v.string())),
  attributes: v.optional(vAttributeChange),
});
export type ApiContactChange = Infer<typeof vApiContactChange>;
