import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { makeOrg } from "../../../tests/support/members";
import type { Id } from "../../_generated/dataModel";
import type { Purpose } from "../../lib/closedSets";
import { resolveContact } from "../model";
import { hashedAddress, suppress, suppressionOf, suppressionsAt, type SuppressionScope } from "./model";
import type { SuppressionReason } from "./schema";

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
});

const check = async (purpose: Purpose, { address = "a@b.example", org = orgId, topic = "" } = {}) =>
  await t.run(async (ctx) => {
    const scope = { orgId: org, channel: "email", address, purpose, topic: topic === "" ? undefined : topic } as const;
    return (await suppressionOf(ctx, scope))?.reason ?? null;
  });
const add = async (entry: Partial<SuppressionScope> & { reason: SuppressionReason }) =>
  await t.run(async (ctx) => await suppress(ctx, { orgId, channel: "email", address: "A@B.example", ...entry }));

describe("suppression", () => {
  it("of one purpose leaves the others alone", async () => {
    await add({ purpose: "marketing", reason: "unsubscribed" });
    expect(await check("marketing", { address: " a@B.example" })).toBe("unsubscribed");
    expect(await check("transactional")).toBeNull();
    expect(await check("marketing", { address: "c@d.example" })).toBeNull();
    expect(await check("marketing", { org: await makeOrg(t, "Andere") })).toBeNull();
  });

  it("of one topic leaves the others alone", async () => {
    await add({ purpose: "marketing", topic: "news", reason: "unsubscribed" });
    expect(await check("marketing", { topic: "news" })).toBe("unsubscribed");
    expect(await check("marketing", { topic: "offers" })).toBeNull();
  });

  it("without a purpose is for all, is written once and tells whose address it is", async () => {
    const contact = await t.run(async (ctx) => await resolveContact(ctx, { orgId, email: "a@b.example" }));
    expect((await add({ reason: "hard_bounce" })).isNew).toBe(true);
    expect((await add({ reason: "hard_bounce" })).isNew).toBe(false);
    expect(await check("transactional")).toBe("hard_bounce");
    const events = await t.run(async (ctx) => await ctx.db.query("domainEvents").take(500));
    expect(events.filter((event) => event.kind === "suppression.added")).toMatchObject([
      { subject: { contactId: contact._id }, payload: { purpose: null, reason: "hard_bounce" } },
    ]);
  });

  it("of an erased person stops advertising and nothing else", async () => {
    const address = await t.run(async () => await hashedAddress(orgId, "a@b.example"));
    expect(address).not.toContain("a@b");
    await add({ address, reason: "erased" });
    expect(await check("marketing")).toBe("erased");
    expect(await check("review")).toBe("erased");
    expect(await check("transactional")).toBeNull();
    const other = await t.run(async () => await hashedAddress("another" as Id<"organisations">, "a@b.example"));
    expect(other).not.toBe(address);
  });

  it("can be asked for as it was at any instant", async () => {
    const { suppressionId } = await add({ reason: "manual" });
    await t.run(async (ctx) => await ctx.db.patch("suppressions", suppressionId, { at: 100, removedAt: 200 }));
    const at = async (instant: number) =>
      await t.run(
        async (ctx) => await suppressionsAt(ctx, { orgId, channel: "email", address: "a@b.example" }, instant),
      );
    expect((await at(99)).length).toBe(0);
    expect((await at(100)).length).toBe(1);
    expect((await at(200)).length).toBe(0);
    expect(await check("transactional")).toBeNull();
    expect((await add({ reason: "manual" })).isNew).toBe(true);
  });
});
