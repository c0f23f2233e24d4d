import { afterEach, expect, it } from "vitest";
import { evaluateDomain } from "../../convex/connections/domainHealth/evaluate";
import { lookupPlan } from "../../convex/connections/domainHealth/facts";
import { gatherFacts } from "../../convex/connections/domainHealth/lookups";
import { nodeResolver } from "../../convex/connections/domainHealth/nodeResolver";
import { startDnsServer } from "../support/dns.ts";

// The look at a sender domain (providers.md 7.3) through Node's resolver and a real DNS server on loopback.

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function start(answers: Parameters<typeof startDnsServer>[0]) {
  const dns = await startDnsServer(answers);
  stop = dns.stop;
  return nodeResolver([dns.server]);
}

const MODULUS = `\x30\x82\x01\x0a\x02\x82\x01\x01\x00\xc1${"k".repeat(255)}\x02\x03\x01\x00\x01`;
const KEY = `v=DKIM1; k=rsa; p=${btoa(MODULUS)}`;

it("finds every record, long ones in pieces, mail servers by priority", async () => {
  const resolver = await start({
    "haff.example": {
      TXT: [["v=spf1 mx ", "-all"], ["something else"]],
      MX: [
        { priority: 20, exchange: "backup.haff.example" },
        { priority: 5, exchange: "mx.haff.example" },
      ],
    },
    "mail._domainkey.haff.example": { TXT: [[KEY.slice(0, 200), KEY.slice(200)]] },
    "_dmarc.haff.example": { TXT: [["v=DMARC1; p=reject; rua=mailto:d@haff.example"]] },
  });
  const plan = lookupPlan("smtp", { fromAddress: "info@haff.example" });
  if (plan === null) throw new Error("There is nothing to look at.");
  const checks = evaluateDomain(await gatherFacts(plan, resolver));
  expect(checks.map(({ record, status, found }) => [record, status, found])).toEqual([
    ["spf", "pass", "v=spf1 mx -all"],
    ["dkim", "pass", KEY],
    ["dmarc", "pass", "v=DMARC1; p=reject; rua=mailto:d@haff.example"],
    ["mx", "pass", "mx.haff.example, backup.haff.example"],
  ]);
});

it("tells nothing from failure", async () => {
  const resolver = await start({ "broken.example": "broken", "empty.example": {} });
  expect(await resolver.txt("nowhere.example")).toEqual({ kind: "none" });
  expect(await resolver.txt("empty.example")).toEqual({ kind: "none" });
  expect(await resolver.mx("empty.example")).toEqual({ kind: "none" });
  expect(await resolver.txt("broken.example")).toMatchObject({ kind: "failed", reason: "ESERVFAIL" });
});

it("knows whether the resolver knows anything", async () => {
  const alive = await start({ com: { NS: ["a.gtld-servers.net"] } });
  expect(await alive.isAlive()).toBe(true);
  await stop?.();
  expect(await (await start({})).isAlive()).toBe(false);
});

it("says that nobody could be asked when there is no resolver", async () => {
  const dns = await startDnsServer({});
  await dns.stop();
  expect(await nodeResolver([dns.server]).txt("haff.example")).toMatchObject({ kind: "failed" });
});
