import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { ACCOUNT_KINDS } from "./kinds";

export const vAccountKind = literals(...ACCOUNT_KINDS);

/** An organisation as whatever belongs to it shows it. */
export const vAccountName = v.object({ id: v.id("accounts"), name: v.string(), kind: vAccountKind });

/** Whom a job forgets: one deleted organisation (accounts/model/parts). */
export const forgetArgs = { orgId: v.id("organisations"), accountId: v.id("accounts") };

export const accountTables = {
  // Customer and partner organisations (S1: customer_organization_id, partner_organization_id). Written by members, the
  // API and wherever one is named; a deleted one is gone for everybody at once and stays for its undo, until a job has
  // taken it from people and conversations (accounts/model/forget).
  accounts: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    kind: vAccountKind,
    /** UTC ms; absent while it is there. */
    deletedAt: v.optional(v.number()),
  })
    .index("by_org", ["orgId", "deletedAt", "name"])
    .index("by_org_kind", ["orgId", "deletedAt", "kind", "name"])
    .index("by_deleted", ["deletedAt"])
    .searchIndex("search_name", { searchField: "name", filterFields: ["orgId", "kind"] }),
  // What follows the "@" in the addresses of its people: who is new and writes from there belongs to it. A domain is of
  // one organisation. Goes with it.
  accountDomains: defineTable({
    orgId: v.id("organisations"),
    accountId: v.id("accounts"),
    /** Lower case, punycode. */
    domain: v.string(),
  })
    .index("by_domain", ["orgId", "domain"])
    .index("by_account", ["accountId"]),
};
