import { dkimHost } from "./dkim";
import type { DomainFacts } from "./evaluate";
import type { Lookup, LookupPlan } from "./facts";
import { spfRecords, spfReferences } from "./spf";

/** Asks the DNS; never throws: what goes wrong is a lookup that failed. */
export type DnsResolver = {
  txt(name: string): Promise<Lookup>;
  mx(name: string): Promise<Lookup>;
  /** Whether it knows names that surely exist: in closed networks resolvers answer that nothing does. */
  isAlive(): Promise<boolean>;
};

const CUT_OFF: Lookup = { kind: "failed", reason: "The resolver knows no name at all." };

/** SPF allows ten questions; a policy that needs more names than this is wrong whatever they say. */
const MAX_SPF_NAMES = 20;

/** Asks everything the plan needs, what the SPF policy refers to included. */
export async function gatherFacts(plan: LookupPlan, resolver: DnsResolver): Promise<DomainFacts> {
  const txt = new Map<string, Lookup>();
  const ask = async (name: string) => {
    if (!txt.has(name)) txt.set(name, await resolver.txt(name));
  };
  const dkim = plan.dkim.selectors.map((selector) => dkimHost(selector, plan.domain));
  const [mx] = await Promise.all([
    resolver.mx(plan.domain),
    ...dkim.map(ask),
    ...plan.dmarcHosts.map(ask),
    ...(plan.spf === null ? [] : [followSpf(plan.spf.host, txt, resolver)]),
  ]);
  const foundAny = [mx, ...txt.values()].some(({ kind }) => kind === "found");
  if (foundAny || (await resolver.isAlive())) return { plan, txt, mx };
  const unknown = (lookup: Lookup) => (lookup.kind === "none" ? CUT_OFF : lookup);
  return { plan, txt: new Map([...txt].map(([name, lookup]) => [name, unknown(lookup)])), mx: unknown(mx) };
}

async function followSpf(host: string, txt: Map<string, Lookup>, resolver: DnsResolver): Promise<void> {
  const waiting = [host];
  const seen = new Set(waiting);
  while (waiting.length > 0) {
    const names = waiting.splice(0);
    const answers = await Promise.all(names.map(async (name) => ({ name, lookup: await resolver.txt(name) })));
    for (const { name, lookup } of answers) {
      txt.set(name, lookup);
      for (const next of spfRecords(lookup).flatMap(spfReferences)) {
        if (seen.has(next) || seen.size >= MAX_SPF_NAMES) continue;
        seen.add(next);
        waiting.push(next);
      }
    }
  }
}
