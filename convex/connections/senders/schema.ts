import { v, type Infer } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";

/** Further addresses of a mail account (senders/rules.ts). */
export const vSenderAliases = v.array(
  v.object({
    address: v.string(),
    name: v.string(),
    businessEntity: v.optional(vBusinessEntity),
    teamIds: v.array(v.id("teams")),
  }),
);
export type SenderAliases = Infer<typeof vSenderAliases>;
