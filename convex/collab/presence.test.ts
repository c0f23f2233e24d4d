import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { NOON } from "../../tests/support/delivery";
import { deliverMail, mail, makeInbox } from "../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";

const { heartbeat, list, disconnect, inThread } = api.collab.presence;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function twoColleagues() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const bert = await makeMember(t, inbox.orgId, "agent", "bert");
  await deliverMail(t, inbox, mail({ From: "max@example.org", Subject: "Hallo" }, "Hallo"));
  const thread = await t.run(async (ctx) => await ctx.db.query("threads").first());
  const args = { orgId: inbox.orgId, threadId: thread!._id, interval: 10_000 };
  return { t, inbox, bert, args };
}

describe("presence on a thread", () => {
  it("shows who is looking, by name, until they leave", async () => {
    const { t, inbox, bert, args } = await twoColleagues();
    const mine = await inbox.as.mutation(heartbeat, { ...args, sessionId: "tab" });
    // The same tab id in another browser is another session.
    const theirs = await bert.as.mutation(heartbeat, { ...args, sessionId: "tab" });
    expect(theirs.roomToken).toBe(mine.roomToken);
    const seen = await inbox.as.query(list, { roomToken: mine.roomToken });
    expect(seen.map(({ name, online }) => `${name} ${online}`).sort()).toEqual(["Anna Admin true", "bert true"]);
    expect(seen.map(({ userId }) => userId)).toContain(bert.memberId);
    await t.mutation(disconnect, { sessionToken: theirs.sessionToken });
    const after = await inbox.as.query(list, { roomToken: mine.roomToken });
    expect(after.find(({ userId }) => userId === bert.memberId)).toMatchObject({
      online: false,
      lastDisconnected: expect.any(Number) as number,
    });
  });

  it("names the others in the row of the list, oneself never, and nobody after they left", async () => {
    const { t, inbox, bert, args } = await twoColleagues();
    const { orgId, threadId } = args;
    await inbox.as.mutation(heartbeat, { ...args, sessionId: "tab" });
    expect(await inbox.as.query(inThread, { orgId, threadId })).toEqual([]);
    const theirs = await bert.as.mutation(heartbeat, { ...args, sessionId: "tab" });
    expect(await inbox.as.query(inThread, { orgId, threadId })).toEqual(["bert"]);
    await t.mutation(disconnect, { sessionToken: theirs.sessionToken });
    expect(await inbox.as.query(inThread, { orgId, threadId })).toEqual([]);
    const stranger = await makeMember(t, await makeOrg(t, "Andere"), "admin", "fremd");
    expect(await errorOf(stranger.as.query(inThread, { orgId, threadId }))).toMatchObject({ code: "not_found" });
  });

  it("is closed to strangers, other organisations and their threads", async () => {
    const { t, inbox, args } = await twoColleagues();
    const { roomToken } = await inbox.as.mutation(heartbeat, { ...args, sessionId: "tab" });
    const orgId = await makeOrg(t, "Andere Schule");
    const stranger = await makeMember(t, orgId, "admin", "fremd");
    expect(await errorOf(stranger.as.mutation(heartbeat, { ...args, orgId, sessionId: "x" }))).toMatchObject({
      code: "not_found",
    });
    expect(await errorOf(stranger.as.mutation(heartbeat, { ...args, sessionId: "x" }))).toMatchObject({
      code: "not_found",
    });
    expect(await errorOf(stranger.as.query(list, { roomToken }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(t.query(list, { roomToken }))).toMatchObject({ code: "unauthenticated" });
    expect(await stranger.as.query(list, { roomToken: "unknown" })).toEqual([]);
    expect(await t.mutation(disconnect, { sessionToken: "unknown" })).toBeNull();
  });
});
