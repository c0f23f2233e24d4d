import { expect, it } from "vitest";
import { makeBookingWorkspace } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { createSequence, publishFlow, requireSequence } from "../model/sequences";

it("lists what was published, newest first, and gives the steps of each", async () => {
  const t = setupConvex();
  const { orgId, sequenceId } = await makeBookingWorkspace(t);
  const { as } = await makeMember(t, orgId);
  const list = async (numItems: number, cursor: string | null = null) =>
    await as.query(api.sequences.versions.queries.list, { orgId, sequenceId, paginationOpts: { numItems, cursor } });
  const flowOf = async (versionId: (typeof first)["page"][number]["id"]) =>
    await as.query(api.sequences.versions.queries.flow, { orgId, sequenceId, versionId });
  const first = await list(5);
  const before = await flowOf(first.page[0]!.id);
  await t.run(async (ctx) => {
    const nodes = before.nodes.map((node) => ({ ...node, name: `${node.name}!` }));
    await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), { ...before, nodes });
  });
  const newest = await list(1);
  expect(newest.page).toMatchObject([{ number: 2, isLive: true }]);
  const older = await list(1, newest.continueCursor);
  expect(older.page).toMatchObject([{ id: first.page[0]!.id, number: 1, isLive: false }]);
  expect(await flowOf(older.page[0]!.id)).toEqual(before);
  expect((await flowOf(newest.page[0]!.id)).nodes[0]!.name).toBe(`${before.nodes[0]!.name}!`);
});

it("gives nobody another organisation's, and no other journey's", async () => {
  const t = setupConvex();
  const { orgId, sequenceId } = await makeBookingWorkspace(t);
  const { as } = await makeMember(t, orgId);
  const [version] = await t.run(async (ctx) => await ctx.db.query("sequenceVersions").take(1));
  const otherId = await t.run(
    async (ctx) => await createSequence(ctx, { orgId, name: "Andere", description: "", sourceIds: [] }),
  );
  const versionId = version!._id;
  const ofOther = as.query(api.sequences.versions.queries.flow, { orgId, sequenceId: otherId, versionId });
  expect(await errorOf(ofOther)).toMatchObject({ code: "not_found" });
  const foreign = await makeOrg(t, "Andere");
  const stranger = await makeMember(t, foreign);
  const paginationOpts = { numItems: 5, cursor: null };
  const asked = { orgId: foreign, sequenceId };
  const listed = stranger.as.query(api.sequences.versions.queries.list, { ...asked, paginationOpts });
  expect(await errorOf(listed)).toMatchObject({ code: "not_found" });
  const read = stranger.as.query(api.sequences.versions.queries.flow, { ...asked, versionId });
  expect(await errorOf(read)).toMatchObject({ code: "not_found" });
});
