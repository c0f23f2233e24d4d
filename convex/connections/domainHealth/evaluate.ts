import { checkDkim, tagsOf } from "./dkim";
import type { Lookup, LookupPlan } from "./facts";
import type { DomainCheck } from "./schema";
import { checkSpf } from "./spf";

// Whether mail of a domain will be believed (providers.md 7.2, 7.3), from what the DNS said. Pure.

/** Everything that was looked up, by name; MX apart. */
export type DomainFacts = { plan: LookupPlan; txt: ReadonlyMap<string, Lookup>; mx: Lookup };

/** The four checks, in the order they are shown. */
export function evaluateDomain({ plan, txt, mx }: DomainFacts): DomainCheck[] {
  const spf: DomainCheck = { record: "spf", ...checkSpf(plan.spf, txt) };
  const dkim: DomainCheck = { record: "dkim", ...checkDkim(plan, txt) };
  const dmarc: DomainCheck = { record: "dmarc", ...checkDmarc(plan, txt, { spf, dkim }) };
  return [spf, dkim, dmarc, { record: "mx", ...checkMx(plan.domain, mx) }];
}

type Result = Omit<DomainCheck, "record">;

/** A policy that changes nothing for the mail and sends reports: what every domain can begin with. */
const dmarcStart = (domain: string) => `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;

function checkDmarc(
  { domain, dmarcHosts, spf: spfPlan }: LookupPlan,
  txt: ReadonlyMap<string, Lookup>,
  { spf, dkim }: { spf: DomainCheck; dkim: DomainCheck },
): Result {
  const own = dmarcHosts[0] ?? `_dmarc.${domain}`;
  const expected = dmarcStart(domain);
  for (const host of dmarcHosts) {
    const lookup = txt.get(host) ?? { kind: "none" };
    if (lookup.kind === "failed") return { status: "unknown", finding: "lookup_failed", host, detail: lookup.reason };
    const [found, ...others] =
      lookup.kind === "found" ? lookup.values.filter((value) => /^v\s*=\s*DMARC1\b/i.test(value)) : [];
    if (found === undefined) continue;
    if (others.length > 0) return { status: "fail", finding: "dmarc_multiple", host, found };
    const tags = tagsOf(found);
    const policy = tags.get("p")?.toLowerCase();
    if (policy === undefined || !["none", "quarantine", "reject"].includes(policy)) {
      return { status: "fail", finding: "dmarc_invalid", host, found, expected };
    }
    const isStrict = tags.get("aspf")?.toLowerCase() === "s";
    const hasAlignedSpf = spf.status !== "fail" && spfPlan !== null && isAligned(spfPlan.host, domain, isStrict);
    // DMARC needs one of the two; DKIM keys are looked up at the sender's own domain, so they are aligned.
    if (dkim.status === "fail" && !hasAlignedSpf) return { status: "fail", finding: "dmarc_unaligned", host, found };
    if (policy === "none") return { status: "warn", finding: "dmarc_none", host, found };
    if (!tags.has("rua")) return { status: "warn", finding: "dmarc_no_reports", host, found };
    return { status: "pass", finding: "ok", host, found };
  }
  return { status: "fail", finding: "dmarc_missing", host: own, expected };
}

/** Relaxed alignment asks for one organisational domain: the one name ends with the other. */
function isAligned(a: string, b: string, isStrict: boolean): boolean {
  return a === b || (!isStrict && (a.endsWith(`.${b}`) || b.endsWith(`.${a}`)));
}

/** Answers to the sender must arrive somewhere. */
function checkMx(host: string, mx: Lookup): Result {
  if (mx.kind === "failed") return { status: "unknown", finding: "lookup_failed", host, detail: mx.reason };
  if (mx.kind === "none") return { status: "warn", finding: "mx_missing", host };
  const found = mx.values.join(", ");
  // RFC 7505: a single dot says that the domain takes no mail.
  if (mx.values.every((value) => value === "" || value === ".")) return { status: "warn", finding: "mx_null", host };
  return { status: "pass", finding: "ok", host, found };
}
