import { describe, expect, it } from "vitest";
import { makeBookingWorkspace } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const { list } = api.sequences.templateUse.queries;
const { archive } = api.sequences.templateUse.mutations;

describe("a template in use", () => {
  it("names its journeys, and is archived only knowingly", async () => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
    const { as } = await makeMember(t, orgId, "marketer");
    const uses = await as.query(list, { orgId, templateId });
    expect(uses).toMatchObject([{ sequenceId, name: "Segelkurs", isLive: true, isInDraft: false }]);
    expect(uses[0]?.steps).toHaveLength(5);
    const refused = await errorOf(as.mutation(archive, { orgId, templateId, anyway: false }));
    expect(refused).toMatchObject({ code: "conflict" });
    expect(refused.message).toContain("Segelkurs");
    await as.mutation(archive, { orgId, templateId, anyway: true });
    const seen = await as.query(api.templates.drafts.queries.get, { orgId, templateId });
    expect(seen.state).toBe("archived");
  });

  it("is free once only archived journeys name it", async () => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
    const { as } = await makeMember(t, orgId, "marketer");
    await t.run(async (ctx) => await ctx.db.patch("sequences", sequenceId, { status: "archived" }));
    expect(await as.query(list, { orgId })).toEqual([]);
    await as.mutation(archive, { orgId, templateId, anyway: false });
    expect((await as.query(api.templates.drafts.queries.get, { orgId, templateId })).state).toBe("archived");
  });
});
