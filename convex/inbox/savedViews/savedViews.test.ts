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

it("moves a view any number of times among its neighbours", async () => {
  const { orgId, as, save, names } = await setup();
  const ids = new Map<string, Id<"savedViews">>();
  for (const name of ["a", "b", "c"]) ids.set(name, await save(name));
  const move = async (name: string, direction: -1 | 1) =>
    await as.mutation(mutations.move, { orgId, viewId: ids.get(name)!, direction });
  const order = ["a", "b", "c"];
  const steps = ["c:-1", "c:-1", "c:-1", "a:1", "b:1", "a:-1", "c:1", "c:1", "c:1"] as const;
  for (const step of steps) {
    const [name, by] = step.split(":") as [string, "1" | "-1"];
    const at = order.indexOf(name);
    const to = at + Number(by);
    if (to >= 0 && to < order.length) {
      order.splice(at, 1);
      order.splice(to, 0, name);
    }
    await move(name, by === "1" ? 1 : -1);
    expect(await names()).toEqual(order);
  }
});

it("refuses nameless and too many views, and changes by others", async () => {
  const { t, orgId, ben, as, save } = await setup();
  expect(await errorOf(save("  "))).toMatchObject({ code: "invalid", field: "name" });
  const viewId = await save("Dringend", true);
  for (const call of [
    ben.as.mutation(mutations.change, { orgId, viewId, name: "x" }),
    ben.as.mutation(mutations.remove, { orgId, viewId }),
    ben.as.mutation(mutations.move, { orgId, viewId, direction: 1 }),
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
