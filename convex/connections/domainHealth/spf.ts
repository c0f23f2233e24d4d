import type { DomainCheck, DomainFinding } from "./schema";
import type { Lookup, LookupPlan } from "./facts";

// Sender Policy Framework (RFC 7208), as far as a sender has to know it. Pure.

/** RFC 7208 4.6.4: more terms that ask the DNS than this make every receiver give up. */
const MAX_LOOKUPS = 10;

const MECHANISM = /^[+?~-]?(all|include|a|mx|ptr|ip4|ip6|exists)(?=$|[:/])/i;
const MODIFIER = /^(redirect|exp|[a-z][a-z0-9._-]*)=/i;

/** Names whose TXT records the policy refers to (`include`, `redirect`), in order. Macros cannot be followed. */
export function spfReferences(record: string): string[] {
  return termsOf(record).flatMap((term) => {
    const name = /^(?:[+?~-]?include:|redirect=)(.+)$/i.exec(term)?.[1]?.toLowerCase().replace(/\.$/, "");
    return name === undefined || name.includes("%") ? [] : [name];
  });
}

/** The SPF records among a name's TXT records. */
export function spfRecords(lookup: Lookup): string[] {
  return lookup.kind === "found" ? lookup.values.filter((value) => /^v=spf1(\s|$)/i.test(value)) : [];
}

/** The SPF check. `lookups` has the TXT records of the host and of every name its policy refers to. */
export function checkSpf(plan: LookupPlan["spf"], lookups: ReadonlyMap<string, Lookup>): Omit<DomainCheck, "record"> {
  if (plan === null) return { status: "unknown", finding: "spf_return_path_unknown", host: "" };
  const { host, include, fallsBackToProvider } = plan;
  const lookup = lookups.get(host) ?? { kind: "none" };
  if (lookup.kind === "failed") return { status: "unknown", finding: "lookup_failed", host, detail: lookup.reason };
  const [record, ...others] = spfRecords(lookup);
  if (record === undefined) {
    if (fallsBackToProvider) return { status: "warn", finding: "spf_of_provider", host };
    return { status: "fail", finding: "spf_missing", host, expected: freshRecord(include) };
  }
  const found = record;
  if (others.length > 0)
    return { status: "fail", finding: "spf_multiple", host, found, expected: merged([record, ...others], include) };
  const problem = problemOf(record, host, include, lookups);
  return problem === null ? { status: "pass", finding: "ok", host, found } : { host, found, ...problem };
}

type Problem = { status: "warn" | "fail" | "unknown"; finding: DomainFinding; expected?: string; detail?: string };

function problemOf(
  record: string,
  host: string,
  include: string | undefined,
  lookups: ReadonlyMap<string, Lookup>,
): Problem | null {
  const terms = termsOf(record);
  const wrong = terms.find((term) => !MECHANISM.test(term) && !MODIFIER.test(term));
  if (wrong !== undefined) return { status: "fail", finding: "spf_invalid", detail: wrong };
  if (terms.some((term) => /^\+?all$/i.test(term))) {
    return { status: "fail", finding: "spf_allows_all", expected: record.replace(/\s\+?all\b/i, " ~all") };
  }
  if (!terms.some((term) => /^[~-]all$/i.test(term) || /^redirect=/i.test(term))) {
    return { status: "fail", finding: "spf_no_end", expected: `${record.replace(/\s\?all\b/i, "")} ~all` };
  }
  const cost = costOf(host, lookups);
  if (cost.failed !== undefined) return { status: "unknown", finding: "lookup_failed", detail: cost.failed };
  if (cost.lookups > MAX_LOOKUPS)
    return { status: "fail", finding: "spf_too_many_lookups", detail: String(cost.lookups) };
  // An include that leads to no policy ends the whole evaluation (RFC 7208 5.2).
  if (cost.voids.length > 0) return { status: "fail", finding: "spf_void_lookups", detail: cost.voids.join(", ") };
  if (include !== undefined && !cost.names.has(include)) {
    return { status: "fail", finding: "spf_include_missing", detail: include, expected: merged([record], include) };
  }
  return terms.some((term) => /^[+?~-]?ptr(?=$|:)/i.test(term)) ? { status: "warn", finding: "spf_ptr" } : null;
}

type Cost = { lookups: number; voids: string[]; names: Set<string>; failed?: string };

/** How many questions the whole policy costs a receiver, includes of includes as well; a loop costs without end. */
function costOf(host: string, lookups: ReadonlyMap<string, Lookup>): Cost {
  const cost: Cost = { lookups: 0, voids: [], names: new Set() };
  const visit = (name: string): void => {
    const lookup = lookups.get(name) ?? { kind: "none" };
    if (lookup.kind === "failed") cost.failed ??= `${name}: ${lookup.reason}`;
    if (lookup.kind !== "failed" && spfRecords(lookup).length === 0 && name !== host) cost.voids.push(name);
    for (const record of spfRecords(lookup).slice(0, 1)) {
      for (const term of termsOf(record)) if (asksDns(term)) cost.lookups += 1;
      for (const next of spfReferences(record)) {
        cost.names.add(next);
        if (cost.lookups <= MAX_LOOKUPS) visit(next);
      }
    }
  };
  visit(host);
  return cost;
}

const asksDns = (term: string) => /^(?:[+?~-]?(?:include|a|mx|ptr|exists)(?=$|[:/])|redirect=)/i.test(term);

const termsOf = (record: string) => record.trim().split(/\s+/).slice(1);

const includeTerm = (include: string | undefined) => (include === undefined ? [] : [`include:${include}`]);

function freshRecord(include: string | undefined): string | undefined {
  return include === undefined ? undefined : `v=spf1 include:${include} ~all`;
}

/** One record that allows what all of them allow, and the provider. The softest end wins: nobody is locked out. */
function merged(records: string[], include: string | undefined): string {
  const terms = [...records.flatMap(termsOf), ...includeTerm(include)];
  const isEnd = (term: string) => /^[+?~-]?all$/i.test(term);
  const allowed = [...new Set(terms.filter((term) => !isEnd(term)))];
  const end = terms.filter(isEnd).every((term) => term.startsWith("-")) && terms.some(isEnd) ? "-all" : "~all";
  return ["v=spf1", ...allowed, ...(allowed.some((term) => /^redirect=/i.test(term)) ? [] : [end])].join(" ");
}
