import fc from "fast-check";
import { expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { makeInbox } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";

const { queries, mutations } = api.inbox.savedViews;

async function setup() {
  const t = setupConvex();
  const { orgId, memberId, as } = await makeInbox(t);
  const ben = await makeMember(t, orgId, "agent", "ben");
  const save = async (name: string, isShared = false) =>
    await as.mutation(mutations.save, { orgId, name, isShared, filter: { view: "all", priority: "high" } });
  const names = async (who: { query: typeof as.query } = as) =>
    (await who.query(queries.list, { orgId })).map(({ name }) => name);
  return { t, orgId, memberId, as, ben, save, names };
}

it("keeps filters under names: own ones for oneself, shared ones for everybody", async () => {
  const { orgId, memberId, as, ben, save, names } = await setup();
  const filter = { view: "mine" as const, tag: "Kurs", assigneeId: memberId };
  const viewId = await as.mutation(mutations.save, { orgId, name: " Kurse ", isShared: false, filter });
  await save("Dringend", true);
  expect(await as.query(queries.list, { orgId })).toMatchObject([
    { name: "Dringend", isShared: true, isOwn: true },
    { id: viewId, name: "Kurse", isShared: false, isOwn: true, filter },
  ]);
  expect(await ben.as.query(queries.list, { orgId })).toMatchObject([{ name: "Dringend", isOwn: false }]);
  await as.mutation(mutations.change, { orgId, viewId, name: "Alle Kurse", isShared: true });
  expect(await names(ben.as)).toEqual(["Dringend", "Alle Kurse"]);
  await as.mutation(mutations.remove, { orgId, viewId });
  expect(await names(ben.as)).toEqual(["Dringend"]);
});

it("puts a view anywhere among its neighbours, any number of times", async () => {
  const { orgId, as, save, names } = await setup();
  const ids = new Map<string, Id<"savedViews">>();
  const start = ["a", "b", "c", "d"];
  for (const name of start) ids.set(name, await save(name));
  const stepArb = fc.record({ name: fc.constantFrom(...start), before: fc.constantFrom(...start, null) });
  let order = start;
  for (const { name, before } of fc.sample(stepArb, { seed: 20261121, numRuns: 80 })) {
    const beforeId = before === null ? null : ids.get(before)!;
    await as.mutation(mutations.place, { orgId, viewId: ids.get(name)!, beforeId });
    if (before !== name) {
      const others = order.filter((each) => each !== name);
      const at = before === null ? others.length : others.indexOf(before);
      order = [...others.slice(0, at), name, ...others.slice(at)];
    }
    expect(await names()).toEqual(order);
  }
});

it("shares a view with the people of one team, and takes it back", async () => {
  const { t, orgId, memberId, as, ben, save, names } = await setup();
  const teamId = await t.run(async (ctx) => {
    const fields = { orgId, name: "Werkstatt", mode: "balanced", onlyOnline: false, isArchived: false } as const;
    return await ctx.db.insert("teams", fields);
  });
  const join = async (who: Id<"members">) =>
    await t.run(async (ctx) => await ctx.db.insert("teamMembers", { orgId, teamId, memberId: who, lastTurn: 0 }));
  const filter = { view: "all" as const, teamId };
  const asked = { orgId, name: "Team", isShared: true, teamId, filter };
  expect(await errorOf(as.mutation(mutations.save, asked))).toMatchObject({ code: "forbidden", field: "teamId" });
  await join(memberId);
  const viewId = await as.mutation(mutations.save, asked);
  await save("Eigene");
  expect(await as.query(queries.list, { orgId })).toMatchObject([
    { name: "Team", team: { id: teamId, name: "Werkstatt" } },
    { name: "Eigene", team: null },
  ]);
  expect(await names(ben.as)).toEqual([]);
  await join(ben.memberId);
  expect(await names(ben.as)).toEqual(["Team"]);
  await as.mutation(mutations.change, { orgId, viewId, isShared: true, teamId: null });
  expect(await as.query(queries.list, { orgId })).toMatchObject([{ name: "Team", team: null }, { name: "Eigene" }]);
  await as.mutation(mutations.change, { orgId, viewId, isShared: false });
  expect(await names(ben.as)).toEqual([]);
  const otherOrg = await makeOrg(t, "Andere");
  const other = await makeMember(t, otherOrg, "admin", "fremd");
  const foreign = other.as.mutation(mutations.save, { ...asked, orgId: otherOrg, filter: { view: "all" } });
  expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
});

it("refuses nameless and too many views, and changes by others", async () => {
  const { t, orgId, ben, as, save } = await setup();
  expect(await errorOf(save("  "))).toMatchObject({ code: "invalid", field: "name" });
  const viewId = await save("Dringend", true);
  for (const call of [
    ben.as.mutation(mutations.change, { orgId, viewId, name: "x" }),
    ben.as.mutation(mutations.remove, { orgId, viewId }),
    ben.as.mutation(mutations.place, { orgId, viewId, beforeId: null }),
  ]) {
    expect(await errorOf(call)).toMatchObject({ code: "not_found" });
  }
  const stranger = await makeMember(t, await makeOrg(t, "Andere"), "admin", "stranger");
  const foreign = { view: "all" as const, assigneeId: stranger.memberId };
  const asked = { orgId, name: "x", isShared: false, filter: foreign };
  expect(await errorOf(as.mutation(mutations.save, asked))).toMatchObject({ code: "not_found" });
  for (let count = 0; count < 25; count++) await save(`${count}`);
  expect(await errorOf(save("one more"))).toMatchObject({ code: "invalid" });
});
