import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApi } from "../../../tests/support/api";
import { inMutation, NOON } from "../../../tests/support/delivery";
import { makeMember } from "../../../tests/support/members";
import { createTeam, requireTeam, setTeamMembers } from "../../orgs/teams/model";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const THREAD = {
  contact: { email: "petra@example.org" },
  channel: "email",
  subject: "Charger",
  type: "technical_issue",
};

async function openThread({ call }: Awaited<ReturnType<typeof makeApi>>, fields: Record<string, unknown>) {
  const { status, body } = await call("POST", "threads", { ...THREAD, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: String(body.id) };
}

describe("lists of threads", () => {
  it("are narrowed by status, priority, type, tag, person and team, which are listed too", async () => {
    const shop = await makeApi();
    const { t, orgId } = shop;
    const ada = await makeMember(t, orgId, "agent", "ada");
    const teamId = await inMutation(t, async (ctx) => {
      const made = await createTeam(ctx, orgId, { name: "Workshop", mode: "round_robin", onlyOnline: false });
      await setTeamMembers(ctx, await requireTeam(ctx, orgId, made), [ada.memberId]);
      return made;
    });
    const [first, second] = [
      await openThread(shop, { priority: "high" }),
      await openThread(shop, { priority: "low", tags: ["vip"] }),
    ];
    const given = await shop.call("PATCH", `threads/${first.id}`, { teamId });
    expect(given.body).toMatchObject({ team: { name: "Workshop" }, assignee: { name: "ada" } });
    await shop.call("PATCH", `threads/${second.id}`, { status: "waiting_customer" });
    const found = async (query: string) => {
      const { data } = (await shop.call("GET", `threads?${query}`)).body as { data: { id: string }[] };
      return data.map((thread) => thread.id);
    };
    expect(await found(`teamId=${teamId}`)).toEqual([first.id]);
    expect(await found(`assigneeId=${ada.memberId}`)).toEqual([first.id]);
    expect(await found("status=waiting_customer")).toEqual([second.id]);
    expect(await found("priority=high&type=technical_issue")).toEqual([first.id]);
    expect(await found("tag=vip&priority=low")).toEqual([second.id]);
    expect(await found("tag=vip&priority=high")).toEqual([]);
    expect((await shop.call("GET", "threads?status=strange")).status).toBe(422);
    expect((await shop.call("GET", `threads?teamId=${ada.memberId}`)).status).toBe(404);
    expect((await shop.call("PATCH", `threads/${first.id}`, { teamId: null })).body).toMatchObject({ team: null });
    const members = (await shop.call("GET", "members")).body.data;
    expect(members).toContainEqual(expect.objectContaining({ id: ada.memberId, role: "agent", teamIds: [teamId] }));
    const teams = (await shop.call("GET", "teams")).body.data;
    expect(teams).toEqual([expect.objectContaining({ id: teamId, memberIds: [ada.memberId] })]);
  });
});
