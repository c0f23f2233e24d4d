import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS } from "../../lib/time";
import { recordConsent } from "../consents/model";
import { findByAddress, resolveContact } from "../model";
import { suppress } from "../suppressions/model";
import type { SegmentRule, SegmentTest } from "./schema";

const { queries, mutations } = api.contacts.segments;

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "marketer"));
});
afterEach(() => vi.useRealTimers());

const person = async (name: string, fields: { tags?: string[]; attributes?: Record<string, string | number> } = {}) =>
  await t.run(async (ctx) => {
    const email = `${name.toLowerCase()}@example.com`;
    const { _id } = await resolveContact(ctx, { orgId, email, name });
    await ctx.db.patch("contacts", _id, fields);
    return _id;
  });
const rule = (...tests: SegmentTest[]): SegmentRule => ({ match: "all", groups: [{ match: "all", tests }] });
const tagged = (value: string): SegmentTest => ({ kind: "fact", key: "contact.tags", comparison: "is", value });
const VIPS = rule(tagged("VIP"));
const create = async (name: string, asked = VIPS, description = "") =>
  await as.mutation(mutations.create, { orgId, name, description, rule: asked });
const first = { numItems: 20, cursor: null };
const namesIn = async (asked: SegmentRule) =>
  (await as.query(queries.members, { orgId, rule: asked, paginationOpts: first })).page.map(({ name }) => name);

describe("a segment", () => {
  it("is made, changed, archived and brought back, and the audit says so", async () => {
    const segmentId = await create("  Treue   Gäste ", VIPS, "Wer oft kommt");
    const get = async () => await as.query(queries.get, { orgId, segmentId });
    expect(await get()).toMatchObject({ name: "Treue Gäste", description: "Wer oft kommt", isArchived: false });
    await as.mutation(api.sequences.segmentUse.mutations.change, { orgId, segmentId, name: "VIPs" });
    await as.mutation(api.sequences.segmentUse.mutations.change, { orgId, segmentId, name: "VIPs" });
    await as.mutation(api.sequences.segmentUse.mutations.change, {
      orgId,
      segmentId,
      description: "",
      rule: rule(tagged("Gold")),
    });
    expect(await get()).toMatchObject({ name: "VIPs", description: "", rule: rule(tagged("Gold")) });
    await as.mutation(api.sequences.segmentUse.mutations.archive, { orgId, segmentId, anyway: false });
    const list = async (isArchived: boolean) =>
      (await as.query(queries.list, { orgId, isArchived, paginationOpts: first })).page.map(({ name }) => name);
    expect([await list(false), await list(true)]).toEqual([[], ["VIPs"]]);
    await as.mutation(mutations.restore, { orgId, segmentId });
    expect(await list(false)).toEqual(["VIPs"]);
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
    const actions = entries.map(({ action }) => action).filter((action) => action.startsWith("segment."));
    expect(actions).toEqual([
      "segment.created",
      "segment.changed",
      "segment.changed",
      "segment.archived",
      "segment.restored",
    ]);
  });

  it("has a name of its own, whatever its case, also beside archived ones", async () => {
    const segmentId = await create("VIPs");
    expect(await errorOf(create("vips"))).toMatchObject({ code: "conflict", field: "name" });
    await as.mutation(api.sequences.segmentUse.mutations.archive, { orgId, segmentId, anyway: false });
    const refused = await errorOf(create("VIPS"));
    expect(refused).toMatchObject({ code: "conflict", field: "name" });
    expect(refused.message).toContain("archived");
    const other = await create("Others");
    const rename = as.mutation(api.sequences.segmentUse.mutations.change, { orgId, segmentId: other, name: "VIPs" });
    expect(await errorOf(rename)).toMatchObject({ code: "conflict", field: "name" });
    expect(await errorOf(create(" "))).toMatchObject({ code: "invalid", field: "name" });
    expect(await errorOf(create("x".repeat(81)))).toMatchObject({ code: "invalid", field: "name" });
    expect(await errorOf(create("Y", VIPS, "x".repeat(301)))).toMatchObject({ code: "invalid", field: "description" });
    expect(await errorOf(create("Everybody", rule()))).toMatchObject({ code: "invalid", field: "rule" });
  });

  it("is made by whoever edits contacts or journeys, and read by everybody", async () => {
    await create("VIPs");
    const viewer = (await makeMember(t, orgId, "viewer")).as;
    const list = await viewer.query(queries.list, { orgId, isArchived: false, paginationOpts: first });
    expect(list.page).toHaveLength(1);
    const fields = { orgId, name: "New", description: "", rule: VIPS };
    expect(await errorOf(viewer.mutation(mutations.create, fields))).toMatchObject({ code: "forbidden" });
    const agent = (await makeMember(t, orgId, "agent")).as;
    await agent.mutation(mutations.create, fields);
  });
});

describe("members", () => {
  it("are those whom the rule lets in now: no erased ones, none that are part of another", async () => {
    const anna = await person("Anna", { tags: ["VIP"] });
    const ben = await person("Ben", { tags: ["VIP"] });
    const cara = await person("Cara", { tags: ["vip", "new"] });
    const dora = await person("Dora");
    await t.run(async (ctx) => {
      await ctx.db.patch("contacts", ben, { erasedAt: 1 });
      await ctx.db.patch("contacts", cara, { mergedInto: anna });
    });
    expect(await namesIn(VIPS)).toEqual(["Anna"]);
    expect(await as.query(queries.count, { orgId, rule: VIPS })).toEqual({ count: 1, isAll: true });
    await t.run(async (ctx) => await ctx.db.patch("contacts", dora, { tags: ["VIP"] }));
    expect(await namesIn(VIPS)).toEqual(["Anna", "Dora"]);
    expect(await errorOf(as.query(queries.count, { orgId, rule: rule() }))).toMatchObject({ code: "invalid" });
  });

  it("are found by consent, address, block and age", async () => {
    const anna = await person("Anna");
    await person("Ben");
    await t.run(async (ctx) => {
      await recordConsent(ctx, {
        orgId,
        contactId: anna,
        channel: "email",
        purpose: "marketing",
        state: "granted",
        wordingVersion: "v1",
        source: "agent",
      });
      await suppress(ctx, { orgId, channel: "email", address: "ben@example.com", reason: "manual" });
    });
    const agreed: SegmentTest = { kind: "consent", purpose: "marketing", channel: "email", isGiven: true };
    expect(await namesIn(rule(agreed))).toEqual(["Anna"]);
    const toNews: SegmentTest = { ...agreed, topic: "news" };
    expect(await namesIn(rule(toNews))).toEqual(["Anna"]);
    await t.run(async (ctx) => {
      const of = { orgId, channel: "email", purpose: "marketing", wordingVersion: "v1", source: "agent" } as const;
      const ben = (await findByAddress(ctx, { orgId, channel: "email", address: "ben@example.com" }))!._id;
      await recordConsent(ctx, { ...of, contactId: anna, topic: "news", state: "withdrawn" });
      await recordConsent(ctx, { ...of, contactId: ben, topic: "news", state: "granted" });
    });
    expect(await namesIn(rule(toNews))).toEqual(["Ben"]);
    expect(await namesIn(rule(agreed))).toEqual(["Anna"]);
    const blocked: SegmentTest = { kind: "suppressed", purpose: "marketing", channel: "email", isSuppressed: true };
    expect(await namesIn(rule(blocked))).toEqual(["Ben"]);
    expect(await namesIn(rule({ kind: "channel", channel: "sms", isAvailable: true }))).toEqual([]);
    expect(await namesIn(rule({ kind: "channel", channel: "email", isAvailable: true }))).toEqual(["Anna", "Ben"]);
    const isNew = rule({ kind: "created", days: 7, isWithin: true });
    expect(await namesIn(isNew)).toEqual(["Anna", "Ben"]);
    vi.setSystemTime(Date.now() + 7 * DAY_MS + 1_000);
    expect(await namesIn(isNew)).toEqual([]);
  });

  it("are found by their language, with or without its country", async () => {
    const anna = await person("Anna");
    await t.run(async (ctx) => await ctx.db.patch("contacts", anna, { locale: "de-AT" }));
    const speaks = (value: string) => rule({ kind: "fact", key: "contact.language", comparison: "is", value });
    expect([await namesIn(speaks("de")), await namesIn(speaks("de-AT")), await namesIn(speaks("de-DE"))]).toEqual([
      ["Anna"],
      ["Anna"],
      [],
    ]);
  });

  it("are found by the organisation they belong to, until that is deleted", async () => {
    const anna = await person("Anna");
    const accountId = await t.run(async (ctx) => {
      const id = await ctx.db.insert("accounts", { orgId, name: "Yachtclub Kiel", kind: "partner" });
      await ctx.db.patch("contacts", anna, { accountId: id });
      return id;
    });
    const ofPartner = rule({ kind: "fact", key: "contact.accountKind", comparison: "is", value: "partner" });
    expect(await namesIn(ofPartner)).toEqual(["Anna"]);
    await t.run(async (ctx) => await ctx.db.patch("accounts", accountId, { deletedAt: 1 }));
    expect(await namesIn(ofPartner)).toEqual([]);
  });

  it("come in pages that look at so many contacts each, empty ones among them, and lose nobody", async () => {
    await t.run(async (ctx) => {
      for (let i = 0; i < 250; i += 1) {
        const name = `P${String(i).padStart(3, "0")}`;
        // None among the first hundred.
        const tags = i >= 100 && i % 50 === 0 ? ["VIP"] : [];
        await ctx.db.insert("contacts", { orgId, name, attributes: {}, tags, searchText: name.toLowerCase() });
      }
    });
    const pages: string[][] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const asked = { orgId, rule: VIPS, paginationOpts: { numItems: 5, cursor } };
      const result: { page: { name: string }[]; isDone: boolean; continueCursor: string } = await as.query(
        queries.members,
        asked,
      );
      pages.push(result.page.map(({ name }) => name));
      ({ isDone, continueCursor: cursor } = result);
    }
    expect(pages[0]).toEqual([]);
    expect(pages.flat()).toEqual(["P100", "P150", "P200"]);
  });

  it("are counted among the first, with whether those are all", async () => {
    await t.run(async (ctx) => {
      for (let i = 0; i < 501; i += 1)
        await ctx.db.insert("contacts", { orgId, name: `P${i}`, attributes: {}, tags: ["VIP"], searchText: "" });
    });
    expect(await as.query(queries.count, { orgId, rule: VIPS })).toEqual({ count: 500, isAll: false });
  });
});

describe("why", () => {
  it("says for each condition what was found, for any contact and for every segment", async () => {
    const anna = await person("Anna", { tags: ["VIP"], attributes: { level: 2 } });
    const level: SegmentTest = { kind: "fact", key: "contact.attributes.level", comparison: "at_least", value: 3 };
    const asked = rule(tagged("VIP"), level);
    const expected = [
      { test: tagged("VIP"), holds: true, found: ["VIP"] },
      { test: level, holds: false, found: 2 },
    ];
    const explained = await as.query(queries.explain, { orgId, rule: asked, contactId: anna });
    expect(explained).toEqual({ isIn: false, findings: expected });
    await create("Advanced", asked);
    await create("VIPs");
    const all = await as.query(queries.ofContact, { orgId, contactId: anna });
    expect(all.map(({ name, isIn }) => [name, isIn])).toEqual([
      ["Advanced", false],
      ["VIPs", true],
    ]);
    // Toggling one attribute changes the answer at once.
    await t.run(async (ctx) => await ctx.db.patch("contacts", anna, { attributes: { level: 3 } }));
    expect((await as.query(queries.explain, { orgId, rule: asked, contactId: anna })).isIn).toBe(true);
    expect((await as.query(queries.ofContact, { orgId, contactId: anna })).every(({ isIn }) => isIn)).toBe(true);
  });
});
