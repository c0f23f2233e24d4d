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

  it("lose what is deleted, which is nothing to change and to read any more", async () => {
    const shop = await makeApi();
    const { id } = await openThread(shop, {});
    const mine = await openThread(shop, {});
    expect((await shop.call("DELETE", `threads/${id}`)).status).toBe(204);
    expect((await shop.call("DELETE", `threads/${id}`)).status).toBe(204);
    const { data } = (await shop.call("GET", "threads")).body as { data: { id: string }[] };
    expect(data.map((thread) => thread.id)).toEqual([mine.id]);
    for (const method of ["GET", "PATCH"]) {
      expect(
        (await shop.call(method, `threads/${id}`, method === "GET" ? undefined : { priority: "low" })).status,
      ).toBe(404);
    }
    expect((await shop.call("GET", `threads/${id}/messages`)).status).toBe(404);
    expect((await shop.call("DELETE", "threads/nobody")).status).toBe(404);
    const reader = await makeApi(["threads.read"]);
    expect((await reader.call("DELETE", `threads/${id}`)).status).toBe(403);
  });

  it("are those of a mailbox, those about an order, and those that changed since a moment", async () => {
    const shop = await makeApi();
    const { t, orgId, workspace } = shop;
    const [first, second, third] = [
      await openThread(shop, { orders: ["A-4711", "B-1"] }),
      await openThread(shop, { order: "a-4711" }),
      await openThread(shop, { externalReferences: { erp: "A-4711" } }),
    ];
    await t.run(async (ctx) => {
      const row = { orgId, channelName: "Other", isActive: true } as const;
      const other = await ctx.db.insert("channels", { ...row, channelType: "sms", address: "+4930123456" });
      await ctx.db.insert("channels", { ...row, channelType: "whatsapp_business", address: "+4930123456" });
      await ctx.db.patch("threads", ctx.db.normalizeId("threads", first.id)!, { channelId: workspace.emailChannelId });
      await ctx.db.patch("threads", ctx.db.normalizeId("threads", second.id)!, { channel: "sms", channelId: other });
    });
    const page = async (query: string) =>
      (await shop.call("GET", `threads?${query}`)).body as { data: { id: string }[]; nextCursor: string | null };
    const found = async (query: string) => (await page(query)).data.map(({ id }) => id);
    expect(await found("mailbox=Info@haff.example")).toEqual([first.id]);
    expect(await found("mailbox=%2B4930123456&channel=sms")).toEqual([second.id]);
    expect((await shop.call("GET", "threads?mailbox=%2B4930123456&channel=email")).status).toBe(404);
    expect((await shop.call("GET", "threads?mailbox=%2B4930123456")).body).toMatchObject({ field: "channel" });
    expect((await shop.call("GET", "threads?mailbox=nobody@haff.example")).status).toBe(404);
    expect((await shop.call("GET", `threads/${first.id}`)).body).toMatchObject({ mailbox: "info@haff.example" });
    expect(await found("order=a-4711")).toEqual([second.id, first.id]);
    expect(await found("order=B-1")).toEqual([first.id]);
    expect(await found("order=C-1")).toEqual([]);

    vi.setSystemTime(NOON + 60_000);
    const since = `updatedSince=${new Date(NOON + 1).toISOString()}`;
    expect(await found(since)).toEqual([]);
    await shop.call("PATCH", `threads/${third.id}`, { tags: ["vip"] });
    vi.setSystemTime(NOON + 120_000);
    await shop.call("PATCH", `threads/${first.id}`, { status: "closed" });
    expect(await found(since)).toEqual([third.id, first.id]);
    expect(await found(`${since}&status=closed`)).toEqual([first.id]);
    const begun = await page(`${since}&limit=1`);
    expect(begun.data).toMatchObject([{ id: third.id, updatedAt: NOON + 60_000 }]);
    expect(await found(`${since}&limit=1&cursor=${encodeURIComponent(begun.nextCursor!)}`)).toEqual([first.id]);
    expect((await shop.call("GET", "threads?updatedSince=yesterday")).status).toBe(422);
  });
});

describe("conversations of the team", () => {
  it("begin with a note and who takes part, once", async () => {
    const shop = await makeApi();
    const ada = await makeMember(shop.t, shop.orgId, "agent", "ada");
    const discussion = {
      channel: "internal_comment",
      subject: "Order A-4711 is late",
      order: "A-4711",
      tags: ["yard"],
      message: { type: "internal_note", text: "Who calls the yard?" },
      memberIds: [ada.memberId],
    };
    const begin = async () => await shop.call("POST", "threads", discussion, { "Idempotency-Key": "d1" });
    const made = await begin();
    expect(made.body).toMatchObject({
      channel: "internal_comment",
      type: "project_discussion",
      contact: null,
      assignee: { name: "Anna Admin" },
      orders: ["A-4711"],
      tags: ["yard"],
    });
    expect((await begin()).body.id).toBe(made.body.id);
    const said = (await shop.call("GET", `threads/${String(made.body.id)}/messages`)).body.data;
    expect(said).toMatchObject([{ type: "internal_note", text: "Who calls the yard?" }]);
    const listed = (await shop.call("GET", "threads?channel=internal_comment")).body.data;
    expect(listed).toHaveLength(1);
    const { message: _, ...silent } = discussion;
    expect((await shop.call("POST", "threads", silent)).body).toMatchObject({ field: "message" });
    const stranger = { ...discussion, memberIds: ["nobody"] };
    expect((await shop.call("POST", "threads", stranger)).body).toMatchObject({
      code: "not_found",
      field: "memberIds",
    });
    const asked = { ...discussion, contact: { email: "petra@example.org" } };
    expect((await shop.call("POST", "threads", asked)).status).toBe(422);
  });

  it("are tickets of the team too, given to whom the request names", async () => {
    const shop = await makeApi();
    const ada = await makeMember(shop.t, shop.orgId, "agent", "ada");
    const ticket = {
      channel: "internal_ticket",
      subject: "Boat hook broken",
      priority: "high",
      category: "Boats",
      assigneeId: ada.memberId,
    };
    const made = await shop.call("POST", "threads", ticket);
    expect(made.body).toMatchObject({ channel: "internal_ticket", type: "internal_task", assignee: { name: "ada" } });
    const tickets = (await shop.call("GET", "tickets")).body.data;
    expect(tickets).toMatchObject([{ id: made.body.id, category: "Boats", urgency: "MED" }]);
  });
});
