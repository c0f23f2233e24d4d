import { describe, expect, it } from "vitest";
import { evaluateDomain } from "./evaluate";
import { lookupPlan, type Lookup } from "./facts";
import { gatherFacts, type DnsResolver } from "./lookups";
import type { Provider } from "../providers";

type Zone = Record<string, string[] | "broken">;

/** A DNS that knows these texts; `mx` are mail servers of haff.example. */
function resolver(zone: Zone, mx: string[] | "broken" = ["mx.haff.example"]): DnsResolver & { asked: string[] } {
  const asked: string[] = [];
  const answer = (values: string[] | "broken" | undefined): Lookup => {
    if (values === "broken") return { kind: "failed", reason: "ETIMEOUT" };
    return values === undefined || values.length === 0 ? { kind: "none" } : { kind: "found", values };
  };
  return {
    asked,
    txt: (name) => {
      asked.push(name);
      return Promise.resolve(answer(zone[name]));
    },
    mx: () => Promise.resolve(answer(mx)),
    isAlive: () => Promise.resolve(true),
  };
}

const RSA_2048 = `v=DKIM1; k=rsa; p=${btoa(`\x30\x82\x01\x0a\x02\x82\x01\x01\x00\xc1${"k".repeat(255)}\x02\x03\x01\x00\x01`)}`;
const RSA_1024 = `p=${btoa(`\x30\x81\x89\x02\x81\x81\x00\xc1${"k".repeat(127)}\x02\x03\x01\x00\x01`)}`;
const RSA_512 = `p=${btoa(`\x30\x48\x02\x41\x00\xc1${"k".repeat(63)}\x02\x03\x01\x00\x01`)}`;
const DMARC = "v=DMARC1; p=quarantine; rua=mailto:dmarc@haff.example";

const GOOD: Zone = {
  "haff.example": ["google-site-verification=x", "v=spf1 include:_spf.host.example mx ~all"],
  "_spf.host.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
  "mail._domainkey.haff.example": [RSA_2048],
  "_dmarc.haff.example": [DMARC],
};

async function checks(zone: Zone, settings: object = {}, provider: Provider = "smtp", mx?: string[] | "broken") {
  const plan = lookupPlan(provider, { fromAddress: "info@haff.example", ...settings });
  if (plan === null) throw new Error("There is nothing to look at.");
  const found = evaluateDomain(await gatherFacts(plan, resolver(zone, mx)));
  return Object.fromEntries(found.map((each) => [each.record, each]));
}
const without = (zone: Zone, ...names: string[]): Zone =>
  Object.fromEntries(Object.entries(zone).filter(([name]) => !names.includes(name)));

describe("a domain where everything is right", () => {
  it("passes all four checks", async () => {
    expect(await checks(GOOD)).toEqual({
      spf: { record: "spf", status: "pass", finding: "ok", host: "haff.example", found: GOOD["haff.example"]?.[1] },
      dkim: { record: "dkim", status: "pass", finding: "ok", host: "mail._domainkey.haff.example", found: RSA_2048 },
      dmarc: { record: "dmarc", status: "pass", finding: "ok", host: "_dmarc.haff.example", found: DMARC },
      mx: { record: "mx", status: "pass", finding: "ok", host: "haff.example", found: "mx.haff.example" },
    });
  });

  it("is looked up at Resend's, Mailgun's, Postmark's and SES's own places", async () => {
    const zone: Zone = {
      "send.haff.example": ["v=spf1 include:amazonses.com ~all"],
      "amazonses.com": ["v=spf1 ip4:199.255.192.0/22 -all"],
      "resend._domainkey.haff.example": [RSA_1024],
      "mg.haff.example": ["v=spf1 include:mailgun.org ~all"],
      "mailgun.org": ["v=spf1 ip4:192.0.2.1 ~all"],
      "pic._domainkey.haff.example": [RSA_2048],
      "pm-bounces.haff.example": ["v=spf1 ip4:192.0.2.2 ~all"],
      "20260101pm._domainkey.haff.example": [RSA_2048],
      "bounce.haff.example": ["v=spf1 include:amazonses.com ~all"],
      "abc._domainkey.haff.example": [RSA_2048],
      "_dmarc.haff.example": [DMARC],
    };
    const states = async (provider: Provider, settings: object = {}) => {
      const { spf, dkim, dmarc } = await checks(zone, settings, provider);
      return [spf?.status, spf?.host, dkim?.status, dkim?.host, dmarc?.status];
    };
    expect(await states("resend")).toEqual([
      "pass",
      "send.haff.example",
      "warn",
      "resend._domainkey.haff.example",
      "pass",
    ]);
    expect(await states("mailgun", { domain: "mg.haff.example" })).toEqual([
      "pass",
      "mg.haff.example",
      "pass",
      "pic._domainkey.haff.example",
      "pass",
    ]);
    expect((await states("postmark", { dkimSelector: "20260101pm" })).slice(0, 3)).toEqual([
      "pass",
      "pm-bounces.haff.example",
      "pass",
    ]);
    expect(
      (await states("ses", { returnPathDomain: "bounce.haff.example", dkimSelector: "abc, def" })).slice(0, 3),
    ).toEqual(["pass", "bounce.haff.example", "pass"]);
  });

  it("is none for accounts that send no real mail, or name no sender", () => {
    expect(lookupPlan("sandbox", { fromAddress: "info@haff.example" })).toBeNull();
    expect(lookupPlan("twilio", { fromAddress: "info@haff.example" })).toBeNull();
    for (const fromAddress of ["", "info", "info@", "info@localhost", "info@exa mple.org", 7]) {
      expect(lookupPlan("smtp", { fromAddress } as never)).toBeNull();
    }
  });
});

describe("SPF", () => {
  const spf = async (
    record: string | string[] | undefined,
    more: Zone = {},
    settings: object = {},
    provider: Provider = "smtp",
  ) => {
    const records = record === undefined ? [] : [record].flat();
    const host = provider === "mailgun" ? "mg.haff.example" : "haff.example";
    const zone = { ...without(GOOD, "haff.example"), [host]: records, ...more };
    return (await checks(zone, { domain: "mg.haff.example", ...settings }, provider)).spf;
  };
  const found = (finding: string, status = "fail") => ({ status, finding });

  it.each([
    ["no record", undefined, "spf_missing"],
    ["another kind of text", "verification=spf1", "spf_missing"],
    ["a typing error", "v=spf1 inclde:host.example ~all", "spf_invalid"],
    ["everybody is allowed", "v=spf1 mx +all", "spf_allows_all"],
    ["everybody is allowed, unsaid", "v=spf1 mx all", "spf_allows_all"],
    ["no end", "v=spf1 mx", "spf_no_end"],
    ["an end that says nothing", "v=spf1 mx ?all", "spf_no_end"],
    ["an include that leads nowhere", "v=spf1 include:nowhere.example ~all", "spf_void_lookups"],
  ])("%s fails", async (_, record, finding) => {
    expect(await spf(record)).toMatchObject({ ...found(finding), host: "haff.example" });
  });

  it("says what to enter", async () => {
    expect((await spf("v=spf1 mx +all"))?.expected).toBe("v=spf1 mx ~all");
    expect((await spf("v=spf1 mx ?all"))?.expected).toBe("v=spf1 mx ~all");
    expect(await spf(undefined, {}, {}, "mailgun")).toMatchObject({ expected: "v=spf1 include:mailgun.org ~all" });
    expect(await spf("v=spf1 ip4:192.0.2.1 -all", {}, {}, "mailgun")).toMatchObject({
      ...found("spf_include_missing"),
      detail: "mailgun.org",
      expected: "v=spf1 ip4:192.0.2.1 include:mailgun.org -all",
    });
    expect(await spf(["v=spf1 ip4:192.0.2.1 -all", "v=spf1 mx ip4:192.0.2.1 ~all"])).toMatchObject({
      ...found("spf_multiple"),
      expected: "v=spf1 ip4:192.0.2.1 mx ~all",
    });
  });

  it("ends with redirect as well, and an include of an include counts", async () => {
    expect(await spf("v=spf1 redirect=_spf.host.example")).toMatchObject(found("ok", "pass"));
    const more = { "mailgun.org": ["v=spf1 ~all"], "_spf.all.example": ["v=spf1 include:mailgun.org ~all"] };
    expect(await spf("v=spf1 include:_spf.all.example ~all", more, {}, "mailgun")).toMatchObject(found("ok", "pass"));
  });

  it("counts the questions of the whole policy", async () => {
    const chain: Zone = {};
    for (let i = 0; i < 12; i++) chain[`s${i}.example`] = [`v=spf1 include:s${i + 1}.example ~all`];
    chain["s12.example"] = ["v=spf1 ~all"];
    expect(await spf("v=spf1 include:s2.example ~all", chain)).toMatchObject({
      ...found("spf_too_many_lookups"),
      detail: "11",
    });
    expect(await spf("v=spf1 include:s3.example ~all", chain)).toMatchObject(found("ok", "pass"));
    const wide = `v=spf1 ${Array.from({ length: 11 }, (_, i) => `a:a${i}.example`).join(" ")} ~all`;
    expect(await spf(wide)).toMatchObject(found("spf_too_many_lookups"));
  });

  it("ends for a policy that includes itself", async () => {
    expect(await spf("v=spf1 include:haff.example ~all")).toMatchObject(found("spf_too_many_lookups"));
    const more = { "a.example": ["v=spf1 include:b.example ~all"], "b.example": ["v=spf1 include:a.example ~all"] };
    expect(await spf("v=spf1 include:a.example ~all", more)).toMatchObject(found("spf_too_many_lookups"));
  });

  it("warns of what is slow and unloved, and of a provider's own return path", async () => {
    expect(await spf("v=spf1 ptr ~all")).toMatchObject(found("spf_ptr", "warn"));
    expect((await checks(GOOD, {}, "postmark")).spf).toMatchObject(found("spf_of_provider", "warn"));
  });

  it("of an unknown return path is unknown", async () => {
    expect((await checks(GOOD, {}, "sendgrid")).spf).toMatchObject(found("spf_return_path_unknown", "unknown"));
    expect((await checks(GOOD, {}, "ses")).spf).toMatchObject(found("spf_return_path_unknown", "unknown"));
  });

  it("counts at the bounce address's domain", async () => {
    const zone = { ...GOOD, "bounce.haff.example": ["v=spf1 a -all"] };
    expect((await checks(zone, { bounceAddress: "b@bounce.haff.example" })).spf).toMatchObject({
      host: "bounce.haff.example",
      status: "pass",
    });
  });
});

describe("DKIM", () => {
  const dkim = async (record: string | string[] | undefined, settings: object = { dkimSelector: "mail" }) =>
    (await checks({ ...GOOD, "mail._domainkey.haff.example": [record ?? []].flat() }, settings)).dkim;

  it.each([
    ["no key", undefined, "fail", "dkim_missing"],
    ["a revoked key", "v=DKIM1; p=", "fail", "dkim_revoked"],
    ["no key in the record", "v=DKIM1; k=rsa", "fail", "dkim_invalid"],
    ["rubbish", "v=DKIM1; p=%%%", "fail", "dkim_invalid"],
    ["another version", RSA_2048.replace("DKIM1", "DKIM2"), "fail", "dkim_invalid"],
    ["a key of no known kind", RSA_2048.replace("k=rsa", "k=dsa"), "fail", "dkim_invalid"],
    ["no RSA key", `p=${btoa("hello world")}`, "fail", "dkim_invalid"],
    ["too short a key", RSA_512, "fail", "dkim_too_short"],
    ["a short key", RSA_1024, "warn", "dkim_short"],
    ["testing", `t=y; ${RSA_2048}`, "warn", "dkim_testing"],
    ["Ed25519", `v=DKIM1; k=ed25519; p=${btoa("e".repeat(32))}`, "pass", "ok"],
    ["a broken Ed25519", `v=DKIM1; k=ed25519; p=${btoa("e".repeat(31))}`, "fail", "dkim_invalid"],
    ["spaces within the key", RSA_2048.replace("p=", "p = ").replace(/(.{200})/, "$1 "), "pass", "ok"],
  ])("%s", async (_, record, status, finding) => {
    expect(await dkim(record)).toMatchObject({ status, finding, host: "mail._domainkey.haff.example" });
  });

  it("two keys at one selector", async () => {
    expect(await dkim([RSA_2048, RSA_1024])).toMatchObject({ status: "fail", finding: "dkim_multiple" });
  });

  it("an RSA key in a SubjectPublicKeyInfo, as key generators write it", async () => {
    // 1024 bits, openssl's output for a throw-away key.
    const spki =
      "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
    expect(await dkim(`v=DKIM1; p=${spki}`)).toMatchObject({ status: "warn", finding: "dkim_short", detail: "1024" });
  });

  it("at an unknown selector is unknown, not missing, unless the provider always uses the same", async () => {
    expect(await dkim(undefined, {})).toMatchObject({ status: "unknown", finding: "dkim_selector_unknown" });
    expect((await checks(GOOD, {}, "ses")).dkim).toMatchObject({ status: "unknown", finding: "dkim_selector_unknown" });
    expect((await checks(GOOD, {}, "resend")).dkim).toMatchObject({
      status: "fail",
      host: "resend._domainkey.haff.example",
    });
    expect((await checks(GOOD, {}, "sendgrid")).dkim).toMatchObject({
      status: "fail",
      host: "s1._domainkey.haff.example",
    });
  });
});

describe("DMARC", () => {
  const dmarc = async (record: string | string[] | undefined, more: Zone = {}, settings: object = {}) =>
    (await checks({ ...GOOD, "_dmarc.haff.example": [record ?? []].flat(), ...more }, settings)).dmarc;

  it.each([
    ["none", undefined, "fail", "dmarc_missing"],
    ["without a policy", "v=DMARC1; rua=mailto:a@b.c", "fail", "dmarc_invalid"],
    ["with a policy nobody knows", "v=DMARC1; p=maybe", "fail", "dmarc_invalid"],
    ["that only watches", "v=DMARC1; p=none; rua=mailto:a@b.c", "warn", "dmarc_none"],
    ["without reports", "v=DMARC1; p=reject", "warn", "dmarc_no_reports"],
    ["as it should be", "v = DMARC1 ; P=Reject; rua=mailto:a@b.c", "pass", "ok"],
  ])("%s", async (_, record, status, finding) => {
    expect(await dmarc(record)).toMatchObject({ status, finding, host: "_dmarc.haff.example" });
  });

  it("twice is none", async () => {
    expect(await dmarc([DMARC, DMARC])).toMatchObject({ status: "fail", finding: "dmarc_multiple" });
  });

  it("says what to enter", async () => {
    expect((await dmarc(undefined))?.expected).toBe("v=DMARC1; p=none; rua=mailto:postmaster@haff.example");
  });

  it("of a parent counts for its children", async () => {
    const settings = { fromAddress: "info@news.haff.example", dkimSelector: "mail" };
    const zone = { "news.haff.example": ["v=spf1 -all"], "mail._domainkey.news.haff.example": [RSA_2048] };
    expect(await dmarc(DMARC, zone, settings)).toMatchObject({ status: "pass", host: "_dmarc.haff.example" });
  });

  it("needs SPF or DKIM of the same domain", async () => {
    const noKey = { "mail._domainkey.haff.example": [] };
    const settings = { dkimSelector: "mail" };
    expect(await dmarc(DMARC, noKey, settings)).toMatchObject({ status: "pass" });
    const elsewhere = { ...noKey, "bounces.host.example": ["v=spf1 a -all"] };
    const foreign = { ...settings, bounceAddress: "b@bounces.host.example" };
    expect(await dmarc(DMARC, elsewhere, foreign)).toMatchObject({ status: "fail", finding: "dmarc_unaligned" });
    const below = { ...noKey, "bounce.haff.example": ["v=spf1 a -all"] };
    const ours = { ...settings, bounceAddress: "b@bounce.haff.example" };
    expect(await dmarc(DMARC, below, ours)).toMatchObject({ status: "pass" });
    expect(await dmarc(`${DMARC}; aspf=s`, below, ours)).toMatchObject({ status: "fail", finding: "dmarc_unaligned" });
  });
});

describe("the mail servers of the sender's domain", () => {
  it.each([
    [[], "mx_missing"],
    [["."], "mx_null"],
    [[""], "mx_null"],
  ])("%j is a warning", async (mx, finding) => {
    expect((await checks(GOOD, {}, "smtp", mx)).mx).toMatchObject({ status: "warn", finding });
  });
});

describe("without a network", () => {
  it("nothing fails: everything is unknown, with the resolver's words", async () => {
    const no = () => Promise.resolve(false);
    const broken = { txt: () => Promise.resolve(FAILED), mx: () => Promise.resolve(FAILED), isAlive: no };
    for (const provider of ["smtp", "resend", "postmark"] as const) {
      const plan = lookupPlan(provider, { fromAddress: "info@haff.example" });
      const found = plan === null ? [] : evaluateDomain(await gatherFacts(plan, broken));
      expect(found.map(({ status, finding, detail }) => [status, finding, detail])).toEqual(
        ["spf", "dkim", "dmarc", "mx"].map(() => ["unknown", "lookup_failed", "ECONNREFUSED"]),
      );
    }
  });

  it("or with a resolver that says of every name that it does not exist, nothing fails either", async () => {
    const none: Lookup = { kind: "none" };
    const cutOff = (alive: boolean) => ({
      txt: () => Promise.resolve(none),
      mx: () => Promise.resolve(none),
      isAlive: () => Promise.resolve(alive),
    });
    const plan = lookupPlan("resend", { fromAddress: "info@haff.example" });
    if (plan === null) throw new Error("There is nothing to look at.");
    const statuses = async (alive: boolean) =>
      evaluateDomain(await gatherFacts(plan, cutOff(alive))).map((each) => each.status);
    expect(await statuses(false)).toEqual(["unknown", "unknown", "unknown", "unknown"]);
    expect(await statuses(true)).toEqual(["fail", "fail", "fail", "warn"]);
  });

  it("half of it is unknown where half the questions failed", async () => {
    const zone: Zone = { ...GOOD, "_spf.host.example": "broken", "_dmarc.haff.example": "broken" };
    const found = await checks(zone);
    expect(found.spf).toMatchObject({ status: "unknown", detail: "_spf.host.example: ETIMEOUT" });
    expect(found.dkim).toMatchObject({ status: "pass" });
    expect(found.dmarc).toMatchObject({ status: "unknown" });
  });
});

const FAILED: Lookup = { kind: "failed", reason: "ECONNREFUSED" };

it("asks a bounded number of questions, whatever a policy refers to", async () => {
  const zone: Zone = {};
  for (let i = 0; i < 400; i++)
    zone[`s${i}.example`] = [`v=spf1 include:s${2 * i + 1}.example include:s${2 * i + 2}.example ~all`];
  zone["haff.example"] = ["v=spf1 include:s0.example ~all"];
  const dns = resolver(zone);
  const plan = lookupPlan("smtp", { fromAddress: "info@haff.example" });
  if (plan !== null) await gatherFacts(plan, dns);
  expect(dns.asked.length).toBeLessThan(40);
});
