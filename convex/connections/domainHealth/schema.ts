import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** What makes mail of a domain believed (providers.md 7.3; product.md C-08). */
export const DOMAIN_RECORDS = ["spf", "dkim", "dmarc", "mx"] as const;

/** `unknown`: nothing can be said, because the lookup failed or nobody knows where to look. Never shown as a failure. */
export const DOMAIN_STATUSES = ["pass", "warn", "fail", "unknown"] as const;

/** What was found; each has a text and a fix in the language files. */
export const DOMAIN_FINDINGS = [
  "ok",
  "lookup_failed",
  "spf_missing",
  "spf_multiple",
  "spf_invalid",
  "spf_allows_all",
  "spf_no_end",
  "spf_too_many_lookups",
  "spf_void_lookups",
  "spf_include_missing",
  "spf_ptr",
  "spf_of_provider",
  "spf_return_path_unknown",
  "dkim_missing",
  "dkim_selector_unknown",
  "dkim_multiple",
  "dkim_revoked",
  "dkim_invalid",
  "dkim_too_short",
  "dkim_short",
  "dkim_testing",
  "dmarc_missing",
  "dmarc_multiple",
  "dmarc_invalid",
  "dmarc_unaligned",
  "dmarc_none",
  "dmarc_no_reports",
  "mx_missing",
  "mx_null",
] as const;

export const vDomainCheck = v.object({
  record: literals(...DOMAIN_RECORDS),
  status: literals(...DOMAIN_STATUSES),
  finding: literals(...DOMAIN_FINDINGS),
  /** Where the record stands or belongs: "_dmarc.example.org". */
  host: v.string(),
  /** The record as it is; absent when there is none. */
  found: v.optional(v.string()),
  /** The value to enter at `host`, where it is known. */
  expected: v.optional(v.string()),
  /** What exactly: the missing include, the number of lookups, the resolver's words. */
  detail: v.optional(v.string()),
});
export type DomainCheck = Infer<typeof vDomainCheck>;
export type DomainFinding = DomainCheck["finding"];

export const domainHealthTables = {
  // What the last look at an e-mail connection's sender domain found. Written by connections/domainHealth (on demand and
  // daily); read by the connections screen and by whoever starts a campaign. Removed with its connection.
  domainHealth: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    /** Of the sender address the look was about. */
    domain: v.string(),
    checks: v.array(vDomainCheck),
    /** UTC ms of the last finished look; absent before the first. */
    checkedAt: v.optional(v.number()),
    /** UTC ms; set while a look is under way. */
    runningSince: v.optional(v.number()),
  })
    .index("by_org", ["orgId"])
    .index("by_connection", ["connectionId"]),
};
