import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { withSignature } from "./append";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a signature below words", () => {
  it("is parted from them, as text and as HTML, with nothing in it taken for HTML", () => {
    expect(withSignature({ text: "Gern." }, "Anna\n<Haff>")).toEqual({
      text: "Gern.\n\n-- \nAnna\n<Haff>",
      html: "<p>Gern.</p><p>-- <br>Anna<br>&lt;Haff&gt;</p>",
    });
    expect(withSignature({ text: "", html: "" }, "Anna").text).toBe("-- \nAnna");
  });

  it("does not come twice, nor when there is none", () => {
    const once = withSignature({ text: "Gern." }, "Anna\nHaff");
    expect(withSignature(once, "Anna\nHaff")).toEqual(once);
    expect(withSignature({ text: "Viele Grüße\nAnna  Haff" }, "Anna\nHaff").text).toBe("Viele Grüße\nAnna  Haff");
    expect(withSignature({ text: "Gern." }, null)).toEqual({ text: "Gern.", html: undefined });
    expect(withSignature({ text: "Gern." }, "  ").text).toBe("Gern.");
  });
});

describe("signatures", () => {
  async function withMail() {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const thread = (await rows(t, "threads"))[0]!;
    const { as, orgId } = inbox;
    const set = async (more: object) =>
      await as.mutation(api.inbox.signatures.mutations.set, {
        orgId,
        businessEntity: "all",
        isOwn: true,
        text: "Anna",
        ...more,
      });
    const sentText = async (more: object = {}) => {
      const answer = {
        orgId,
        threadId: thread._id,
        text: "Gern.",
        close: false,
        clientId: crypto.randomUUID(),
        ...more,
      };
      const { queueId } = await as.mutation(api.inbox.mutations.reply, answer);
      const queued = (await t.run((ctx) => ctx.db.get("messageQueue", queueId)))!;
      const body = (await t.run((ctx) => ctx.db.get("messageBodies", queued.bodyId)))!;
      return body.content.kind === "finished" ? body.content.text : null;
    };
    return { t, inbox, as, orgId, thread, set, sentText };
  }

  it("stand under a mail: one's own, then the brand's; the draft and the list know nothing of them", async () => {
    const { t, as, orgId, thread, set, sentText } = await withMail();
    await set({});
    await set({ isOwn: false, text: "Segelschule" });
    await set({ isOwn: false, text: "LaderThuis", businessEntity: "laderthuis" });
    expect(await sentText()).toMatch(/^Gern\.\n\n-- \nAnna\n\nSegelschule\n\nAm .+ schrieb Max/);
    expect((await rows(t, "messages")).at(-1)).toMatchObject({
      text: "Gern.",
      html: expect.stringContaining("Segelschule"),
    });
    await inMutation(t, (ctx) => ctx.db.patch("channels", thread.channelId!, { businessEntity: "laderthuis" }));
    expect(await as.query(api.inbox.signatures.queries.inThread, { orgId, threadId: thread._id })).toBe(
      "Anna\n\nLaderThuis",
    );
    expect(await sentText()).toMatch(/^Gern\.\n\n-- \nAnna\n\nLaderThuis\n\nAm /);
  });

  it("stand above what a forward passes on", async () => {
    const { t, set, sentText } = await withMail();
    await set({});
    const [message] = await rows(t, "messages");
    const envelope = { to: ["partner@example.org"], cc: [], bcc: [] };
    expect(await sentText({ kind: "forward", forwardOf: message!._id, envelope })).toMatch(
      /^Gern\.\n\n-- \nAnna\n\n[^]*Hallo/,
    );
  });

  it("are no part of a text message", async () => {
    const { t, inbox, set, sentText } = await withMail();
    await set({});
    await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
    const thread = (await rows(t, "threads")).find(({ channel }) => channel === "sms")!;
    expect(await sentText({ threadId: thread._id })).toBe("Gern.");
  });

  it("are everybody's own, the brand's only admins', and removed by an empty text", async () => {
    const { t, as, orgId, set } = await withMail();
    const { as: agent } = await makeMember(t, orgId, "agent", "bea");
    const own = { orgId, businessEntity: "all", isOwn: true, text: "Bea" } as const;
    await agent.mutation(api.inbox.signatures.mutations.set, own);
    const brand = agent.mutation(api.inbox.signatures.mutations.set, { ...own, isOwn: false });
    expect(await errorOf(brand)).toMatchObject({ code: "forbidden" });
    await set({ text: "Anna" });
    const list = async () => await as.query(api.inbox.signatures.queries.list, { orgId });
    expect(await list()).toEqual([{ businessEntity: "all", text: "Anna", isOwn: true }]);
    await set({ text: " " });
    expect(await list()).toEqual([]);
    expect(await errorOf(set({ text: "x".repeat(1_501) }))).toMatchObject({ code: "invalid", field: "text" });
  });
});
