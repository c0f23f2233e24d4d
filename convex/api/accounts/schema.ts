import { v, type Infer } from "convex/values";
import { vAccountKind } from "../../contacts/accounts/schema";

/** A customer or partner organisation as whatever names it shows it. */
export const vApiAccountName = v.object({ id: v.string(), name: v.string(), kind: vAccountKind });

/** A customer or partner organisation as the API shows it (requirement S1, organization). Instants are UTC ms. */
export const vApiAccount = v.object({
  ...vApiAccountName.fields,
  domains: v.array(v.string()),
  createdAt: v.number(),
});
export type ApiAccount = Infer<typeof vApiAccount>;

export const vApiNewAccount = v.object({ name: v.string(), kind: vAccountKind, domains: v.array(v.string()) });
export type ApiNewAccount = Infer<typeof vApiNewAccount>;

export const vApiAccountChange = vApiNewAccount.partial();
export type ApiAccountChange = Infer<typeof vApiAccountChange>;

/** `undoUntil` (UTC ms): until then a member can bring it back. */
export const vApiAccountDeletion = v.object({ undoUntil: v.number() });
export type ApiAccountDeletion = Infer<typeof vApiAccountDeletion>;
