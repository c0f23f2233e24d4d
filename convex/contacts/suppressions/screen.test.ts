import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { runJobs } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../model";
import type { WrittenRow } from "./csv";
import { MAX_STAGED_AT_ONCE } from "./model/imports";

const { mutations, queries } = api.contacts.suppressions;
const firstPage = { numItems: 500, cursor: null };

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 12, 10), toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  orgId = await makeOrg(t);
  ({ as } = await makeMember(t, orgId, "manager"));
});
afterEach(() => vi.useRealTimers());

const list = async (args: { text?: string; reason?: "complaint" | "manual" } = {}) =>
  (await as.query(queries.list, { orgId, ...args, paginationOpts: firstPage })).page;
const add = async (address: string, reason: "complaint" | "manual" = "manual") =>
  (await as.mutation(mutations.add, { orgId, channel: "email", address, reason })).suppressionId;

describe("the suppression list", () => {
  it("shows newest first, by reason and by what is searched for, with whose address it is", async () => {
    await t.run(async (ctx) => await resolveContact(ctx, { orgId, name: "Max Muster", email: "max@muster.example" }));
    await add("max@muster.example");
    vi.setSystemTime(Date.now() + 1_000);
    await add("spam@b.example", "complaint");
    expect((await list()).map(({ address }) => address)).toEqual(["spam@b.example", "max@muster.example"]);
    expect(await list({ reason: "complaint" })).toHaveLength(1);
    expect(await list({ text: "muster" })).toMatchObject([
      { address: "max@muster.example", contact: { name: "Max Muster" }, addedByName: "manager", isLegal: false },
    ]);
  });

  it("takes an address once and says what cannot be read", async () => {
    await add("a@b.example");
    const again = await as.mutation(mutations.add, {
      orgId,
      channel: "email",
      address: "A@B.example",
      reason: "manual",
    });
    expect(again.isNew).toBe(false);
    expect(await errorOf(add("nonsense"))).toMatchObject({ code: "invalid", field: "address" });
  });

  it("lifts with a reason, keeps the row, and can be undone", async () => {
    const suppressionId = await add("a@b.example");
    expect(await errorOf(as.mutation(mutations.lift, { orgId, suppressionId, reason: " " }))).toMatchObject({
      field: "reason",
    });
    await as.mutation(mutations.lift, { orgId, suppressionId, reason: "Tippfehler" });
    expect(await list()).toEqual([]);
    expect(await list({ text: "a@b.example" })).toEqual([]);
    await as.mutation(mutations.restore, { orgId, suppressionId });
    await as.mutation(mutations.restore, { orgId, suppressionId });
    expect(await list()).toMatchObject([{ address: "a@b.example", reason: "manual" }]);
    const rows = await t.run(async (ctx) => await ctx.db.query("suppressions").take(10));
    expect(rows.map((row) => [row.removalReason, row.removedAt !== undefined])).toEqual([
      ["Tippfehler", true],
      [undefined, false],
    ]);
  });

  it("asks for the permission and the address before it lifts a complaint", async () => {
    const suppressionId = await add("a@b.example", "complaint");
    const { as: agent } = await makeMember(t, orgId, "agent");
    const lift = { orgId, suppressionId, reason: "will doch", confirmedAddress: "a@b.example" };
    expect(await errorOf(agent.mutation(mutations.lift, lift))).toMatchObject({ code: "forbidden" });
    const wrong = { ...lift, confirmedAddress: "c@d.example" };
    expect(await errorOf(as.mutation(mutations.lift, wrong))).toMatchObject({ field: "confirmedAddress" });
    await as.mutation(mutations.lift, { ...lift, confirmedAddress: " A@B.example" });
    expect(await list()).toEqual([]);
  });
});

describe("an import", () => {
  const row = (address: string, extra: Partial<WrittenRow> = {}): WrittenRow => ({
    channel: "",
    address,
    purpose: "",
    topic: "",
    reason: "",
    note: "",
    ...extra,
  });
  const stage = async (rows: WrittenRow[], from = 2) => {
    const importId = await as.mutation(mutations.startImport, { orgId, fileName: "liste.csv" });
    const lines = rows.map((written, index) => ({ line: index + from, written }));
    for (let at = 0; at < lines.length; at += MAX_STAGED_AT_ONCE) {
      await as.mutation(mutations.stageRows, { orgId, importId, rows: lines.slice(at, at + MAX_STAGED_AT_ONCE) });
    }
    await as.mutation(mutations.finishReading, { orgId, importId });
    return importId;
  };
  const state = async (importId: Id<"suppressionImports">) => await as.query(queries.getImport, { orgId, importId });

  it("shows what it would do before it does anything", async () => {
    await add("known@b.example");
    const importId = await stage([row("new@b.example"), row("known@b.example"), row("New@B.example"), row("?")]);
    expect(await state(importId)).toMatchObject({
      state: "checked",
      counts: { new: 1, known: 1, repeated: 1, rejected: 1 },
    });
    expect(await list()).toHaveLength(1);
    const args = { orgId, importId, verdict: "rejected", paginationOpts: firstPage } as const;
    expect((await as.query(queries.importRows, args)).page).toMatchObject([
      { line: 5, written: { address: "?" }, problem: "unreadable_phone" },
    ]);
  });

  it("writes in batches, and undoes exactly what it wrote", async () => {
    await add("mine@b.example");
    const before = (await list()).map(({ address }) => address);
    const rows = Array.from({ length: 250 }, (_, i) => row(`person${i}@b.example`, { purpose: "marketing" }));
    const importId = await stage(rows);
    // Somebody is faster with one of them: that row is not the import's.
    await as.mutation(mutations.add, {
      orgId,
      channel: "email",
      address: "person7@b.example",
      purpose: "marketing",
      reason: "complaint",
    });
    await as.mutation(mutations.applyImport, { orgId, importId });
    await vi.advanceTimersByTimeAsync(0);
    await t.finishInProgressScheduledFunctions();
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(1);
      await t.finishInProgressScheduledFunctions();
    }
    expect((await state(importId)).state).toBe("applied");
    expect(await list()).toHaveLength(251);
    await as.mutation(mutations.undoImport, { orgId, importId });
    for (let i = 0; i < 6; i++) {
      vi.advanceTimersByTime(1);
      await t.finishInProgressScheduledFunctions();
    }
    expect((await state(importId)).state).toBe("undone");
    expect((await list()).map(({ address }) => address).sort()).toEqual([...before, "person7@b.example"].sort());
  });

  it("takes a part twice without counting it twice, and refuses lines once it is closed", async () => {
    const importId = await as.mutation(mutations.startImport, { orgId, fileName: "liste.csv" });
    const rows = [{ line: 2, written: row("a@b.example") }];
    await as.mutation(mutations.stageRows, { orgId, importId, rows });
    await as.mutation(mutations.stageRows, { orgId, importId, rows });
    expect((await state(importId)).counts.new).toBe(1);
    await as.mutation(mutations.finishReading, { orgId, importId });
    expect(await errorOf(as.mutation(mutations.stageRows, { orgId, importId, rows }))).toMatchObject({
      code: "conflict",
    });
    expect(await errorOf(as.mutation(mutations.undoImport, { orgId, importId }))).toMatchObject({ code: "conflict" });
  });

  it("can be thrown away, lines and all", async () => {
    const importId = await stage([row("a@b.example")]);
    await as.mutation(mutations.discardImport, { orgId, importId });
    await runJobs(t);
    expect(await t.run(async (ctx) => await ctx.db.query("suppressionImportRows").take(10))).toEqual([]);
    expect(await errorOf(state(importId))).toMatchObject({ code: "not_found" });
  });

  it("is for those who manage consent", async () => {
    const { as: agent } = await makeMember(t, orgId, "agent");
    const start = agent.mutation(mutations.startImport, { orgId, fileName: "x.csv" });
    expect(await errorOf(start)).toMatchObject({ code: "forbidden" });
  });
});
