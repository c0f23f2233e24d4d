import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../model";
import { consentOf, recordConsent, statementOf, wishesOf, type ConsentEntry } from "./model";

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let contactId: Id<"contacts">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  contactId = await t.run(async (ctx) => (await resolveContact(ctx, { orgId, email: "a@b.example" }))._id);
});

const say = async (state: ConsentEntry["state"], extra: Partial<ConsentEntry> = {}) =>
  await t.run(async (ctx) => {
    const said = { channel: "email", purpose: "marketing", wordingVersion: "v1", source: "test" } as const;
    return await recordConsent(ctx, { orgId, contactId, ...said, state, ...extra });
  });
const consent = async (topic?: string) =>
  await t.run(async (ctx) => await consentOf(ctx, contactId, "email", "marketing", topic));

describe("consent", () => {
  it("is what was stated last, not what was recorded last", async () => {
    expect(await consent()).toBe("unknown");
    await say("granted", { at: 100 });
    await say("withdrawn", { at: 300 });
    await say("granted", { at: 200 });
    expect(await consent()).toBe("withdrawn");
    await say("granted", { at: 300 });
    expect(await consent()).toBe("granted");
  });

  it("is kept per channel and purpose, and not for contacts of others", async () => {
    await say("granted", { channel: "sms" });
    await say("granted", { purpose: "review" });
    expect(await consent()).toBe("unknown");
    const other = await makeOrg(t, "Andere");
    expect(await errorOf(say("granted", { orgId: other }))).toMatchObject({ code: "not_found" });
  });

  it("is neither given nor taken by requests and wishes", async () => {
    await say("pending");
    expect(await consent()).toBe("unknown");
    await say("granted");
    for (const state of ["pending", "paused", "limited", "resumed", "unlimited"] as const) await say(state);
    expect(await consent()).toBe("granted");
    await say("denied");
    expect(await consent()).toBe("withdrawn");
  });

  it("about a topic narrows what was said about everything", async () => {
    await say("granted", { at: 100 });
    expect(await consent("news")).toBe("granted");
    await say("withdrawn", { at: 200, topic: "news" });
    expect(await consent("news")).toBe("withdrawn");
    expect(await consent("offers")).toBe("granted");
    // A later yes to everything does not take back a no to one thing; a later no to everything ends it.
    await say("granted", { at: 300 });
    expect(await consent("news")).toBe("withdrawn");
    await say("granted", { at: 400, topic: "news" });
    await say("withdrawn", { at: 500 });
    expect(await consent("news")).toBe("withdrawn");
    await say("granted", { at: 600, topic: "news" });
    expect([await consent("news"), await consent("offers")]).toEqual(["granted", "withdrawn"]);
  });

  it("can be asked for as it was known at any instant", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ yes: fc.boolean(), at: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 8 }),
        async (said) => {
          const fresh = await t.run(async (ctx) => (await resolveContact(ctx, { orgId, name: "Wer auch immer" }))._id);
          const key = { contactId: fresh, channel: "email", purpose: "marketing" } as const;
          const known: { at: number; yes: boolean }[] = [];
          for (const { yes, at } of said) {
            await say(yes ? "granted" : "withdrawn", { contactId: fresh, at });
            known.push({ yes, at });
            // The oracle: the latest by `at`, of equals the one recorded last.
            const expected = known.reduce((best, each) => (each.at >= best.at ? each : best));
            const statement = await t.run(async (ctx) => await statementOf(ctx, key));
            expect(statement?.state).toBe(expected.yes ? "granted" : "withdrawn");
            const recordedAt = await t.run(
              async (ctx) => (await ctx.db.query("consents").order("desc").first())?._creationTime ?? 0,
            );
            expect(await t.run(async (ctx) => await statementOf(ctx, key, recordedAt))).toEqual(statement);
          }
          expect(await t.run(async (ctx) => await statementOf(ctx, key, 1))).toBeNull();
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("wishes", () => {
  it("count until they are taken back", async () => {
    const wishes = async () => await t.run(async (ctx) => await wishesOf(ctx, { contactId, channel: "email" }));
    expect(await wishes()).toEqual({ pausedUntil: null, everyDays: null });
    await say("paused", { until: 5_000 });
    await say("limited", { everyDays: 30 });
    expect(await wishes()).toEqual({ pausedUntil: 5_000, everyDays: 30 });
    await say("resumed");
    await say("unlimited");
    expect(await wishes()).toEqual({ pausedUntil: null, everyDays: null });
  });
});

describe("what a member records", () => {
  const record = { channel: "email", topic: "news", state: "granted", basis: "consent", reason: "am Telefon" } as const;

  it("stands in the ledger with its wording, its reason and the member, and in the audit", async () => {
    const { as, memberId } = await makeMember(t, orgId, "agent");
    await as.mutation(api.contacts.consents.mutations.record, { orgId, contactId, ...record });
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await as.query(api.contacts.consents.queries.ledger, { orgId, contactId, paginationOpts });
    expect(page).toMatchObject([
      {
        state: "granted",
        topic: "news",
        purpose: "marketing",
        wordingVersion: "agent_record/de/1",
        wordingText: "Von Segelschule Haff festgehalten: „Angebote und Neuigkeiten“ per E-Mail.",
        reason: "am Telefon",
        actor: { kind: "member", memberId },
      },
    ]);
    expect(await consent("news")).toBe("granted");
    const audit = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(10));
    expect(audit).toMatchObject([{ action: "consent.recorded", subject: { id: contactId } }]);
  });

  it.each([
    ["a reason", { reason: "  " }, "reason"],
    ["a topic that exists", { topic: "weather" }, "topic"],
    ["a channel the topic offers", { topic: "measurement", channel: "sms" as const }, "channel"],
    ["the sale of an existing customer", { basis: "existing_customer" as const }, "evidence"],
  ])("needs %s", async (_, change, field) => {
    const { as } = await makeMember(t, orgId, "agent");
    const call = as.mutation(api.contacts.consents.mutations.record, { orgId, contactId, ...record, ...change });
    expect(await errorOf(call)).toMatchObject({ code: "invalid", field });
  });

  it("needs the right to", async () => {
    const { as } = await makeMember(t, orgId, "viewer");
    const call = as.mutation(api.contacts.consents.mutations.record, { orgId, contactId, ...record });
    expect(await errorOf(call)).toMatchObject({ code: "forbidden" });
  });
});

describe("the standing of a person", () => {
  it("names for each topic and channel what allows or forbids it", async () => {
    const { as } = await makeMember(t, orgId, "viewer");
    await say("granted", { topic: "news", at: 7 });
    const standing = await as.query(api.contacts.consents.queries.standing, { orgId, contactId });
    const cells = Object.fromEntries(standing.topics.map(({ key, cells: [cell] }) => [key, cell]));
    expect(standing.addresses).toEqual([{ channel: "email", address: "a@b.example" }]);
    expect(standing.rules).toEqual([{ country: "DE", pack: "DE", law: "§ 7 UWG" }]);
    expect(cells).toMatchObject({
      bookings: { isAllowed: true, because: "no_objection" },
      service: { isAllowed: true, because: "no_objection" },
      news: { isAllowed: true, because: "granted", statementAt: 7 },
      reviews: { isAllowed: false, because: "none_on_record", pack: "DE" },
      measurement: { isAllowed: false, because: "none_on_record" },
    });
  });
});
