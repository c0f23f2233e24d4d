import type { FunctionReference } from "convex/server";
import { internal } from "../../../_generated/api";
import type { Id } from "../../../_generated/dataModel";

/** Whom a part forgets: one deleted organisation. */
type Forget = { orgId: Id<"organisations">; accountId: Id<"accounts"> };

/** Rows that name an organisation: a batch of them is cleared of it. True when none is left. */
type ForgetPart = { name: string; ref: FunctionReference<"mutation", "internal", Forget, boolean> };

// What is not here stays as it is and names nobody: audit, what an undo of a merge gives back, SLA clocks that ended.
export const FORGET_PARTS: readonly ForgetPart[] = [
  { name: "contacts", ref: internal.contacts.accounts.jobs.forgetPeople },
  { name: "slaPolicies", ref: internal.sla.jobs.forgetAccount },
  { name: "threads", ref: internal.inbox.ofAccount.jobs.forgetThreads },
  { name: "assignmentRules", ref: internal.inbox.ofAccount.jobs.forgetRules },
];
