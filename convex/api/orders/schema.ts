import { v, type Infer } from "convex/values";

/** An order of a contact as the API shows it. Instants are UTC ms. */
export const vApiOrder = v.object({
  id: v.string(),
  contactId: v.string(),
  number: v.string(),
  /** In the words of the system it comes from. */
  status: v.union(v.string(), v.null()),
  createdAt: v.number(),
});
export type ApiOrder = Infer<typeof vApiOrder>;
