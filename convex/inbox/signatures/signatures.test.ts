import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { type Convex, inMutation, NOON } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { withSignature } from "./append";

type Member = Awaited<ReturnType<typeof makeInbox>>["as"];

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a signature below words", () => {
  it("is parted from them, as text and as HTML, with nothing in it taken for HTML", () => {
    expect(withSignature({ text: "Gern." }, { text: "Anna\n<Haff>" })).toEqual({
      text: "Gern.\n\n-- \nAnna\n<Haff>",
      html: "<p>Gern.</p><p>-- <br>Anna<br>&lt;Haff&gt;</p>",
    });
    expect(withSignature({ text: "", html: "" }, { text: "Anna" }).text).toBe("-- \nAnna");
  });

  it("does not come twice, nor when there is none", () => {
    const once = withSignature({ text: "Gern." }, { text: "Anna\nHaff" });
    expect(withSignature(once, { text: "Anna\nHaff" })).toEqual(once);
    expect(withSignature({ text: "Viele Grüße\nAnna  Haff" }, { text: "Anna\nHaff" }).text).toBe(
      "Viele Grüße\nAnna  Haff",
    );
    expect(withSignature({ text: "Gern." }, null)).toEqual({ text: "Gern.", html: undefined });
    expect(withSignature({ text: "Gern." }, { text: "  " }).text).toBe("Gern.");
  });
});

async function upload(
  t: Convex,
  as: Member,
  orgId: Id<"organisations">,
  type: string,
  bytes = 3,
): Promise<Id<"files">> {
  const storageId = await t.run((ctx) => ctx.storage.store(new Blob([new Uint8Array(bytes)], { type })));
  const answer = await as.mutation(api.inbox.attachments.mutations.attach, {
    orgId,
    storageId,
    name: "logo",
    channel: "email",
  });
  if (answer.kind === "refused") throw new Error("It was refused.");
  const { fileId } = answer.file;
  // The mock storage knows no types.
  await t.run(async (ctx) => await ctx.db.patch("files", fileId, { contentType: type }));
  return fileId;
}

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
    const sent = async (more: object = {}) => {
      const answer = {
        orgId,
        threadId: thread._id,
        text: "Gern.",
        close: false,
        clientId: crypto.randomUUID(),
        ...more,
      };
      const { queueId, messageId } = await as.mutation(api.inbox.mutations.reply, answer);
      const queued = (await t.run((ctx) => ctx.db.get("messageQueue", queueId)))!;
      const body = (await t.run((ctx) => ctx.db.get("messageBodies", queued.bodyId)))!;
      if (body.content.kind !== "finished") throw new Error("It is no finished mail.");
      const message = (await t.run((ctx) => ctx.db.get("messages", messageId)))!;
      return { content: body.content, message };
    };
    const sentText = async (more: object = {}) => (await sent(more)).content.text;
    return { t, inbox, as, orgId, thread, set, sent, sentText };
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
    expect(await as.query(api.inbox.signatures.queries.inThread, { orgId, threadId: thread._id })).toMatchObject({
      text: "Anna\n\nLaderThuis",
    });
    expect(await sentText()).toMatch(/^Gern\.\n\n-- \nAnna\n\nLaderThuis\n\nAm /);
  });

  it("have links and a picture, which goes along as a file of the mail's own; the text says the same", async () => {
    const { t, as, orgId, thread, set, sent } = await withMail();
    const logoId = await upload(t, as, orgId, "image/png");
    const html = `<p onclick="x()"><a href="https://haff.example">Shop</a><img src="cid:${logoId}" alt="Logo"></p>`;
    const signature = { text: "Anna\nShop (https://haff.example)", html, doc: "{}" };
    await set({ ...signature, logoId });
    await set({ isOwn: false, text: "Segelschule" });
    const { content, message } = await sent();
    const [fileId] = message.fileIds;
    expect(fileId).not.toBe(logoId);
    expect(content.fileIds).toEqual([fileId]);
    expect(await t.run((ctx) => ctx.db.get("files", fileId!))).toMatchObject({ contentId: fileId, name: "logo" });
    expect(content.text).toMatch(/^Gern\.\n\n-- \nAnna\nShop \(https:\/\/haff\.example\)\n\nSegelschule\n\nAm /);
    const below = `<p>Gern.</p><p>-- </p><p><a href="https://haff.example">Shop</a><img src="cid:${fileId}"`;
    expect(content.html?.startsWith(below)).toBe(true);
    expect(content.html).toMatch(/<p>Segelschule<\/p>.+Hallo/s);
    expect(message.html).toMatch(/Segelschule<\/p>$/);
    expect(await as.query(api.inbox.signatures.queries.inThread, { orgId, threadId: thread._id })).toMatchObject({
      logos: [{ fileId: logoId }],
    });
    // It is there for the next mail too, until the signature has none.
    expect((await sent()).message.fileIds).not.toEqual(message.fileIds);
    await set({ ...signature, html: "<p>Anna</p>" });
    expect(await t.run((ctx) => ctx.db.get("files", logoId))).toBeNull();
  });

  it("leave nothing behind in the draft of an answer that is taken back", async () => {
    const { t, as, orgId, thread, set, sent } = await withMail();
    const logoId = await upload(t, as, orgId, "image/png");
    await set({ html: `<p>Anna<img src="cid:${logoId}"></p>`, doc: "{}", logoId });
    const { message } = await sent({ isUndoable: true, clientId: "c1" });
    await as.mutation(api.inbox.sending.mutations.undo, { orgId, threadId: thread._id, clientId: "c1" });
    const draft = await as.query(api.inbox.queries.getDraft, { orgId, threadId: thread._id, mode: "reply" });
    expect(draft?.files).toEqual([]);
    expect(await t.run((ctx) => ctx.db.get("files", message.fileIds[0]!))).toBeNull();
    expect(await t.run((ctx) => ctx.db.get("files", logoId))).not.toBeNull();
  });

  it("take no picture that is none, that is too large, or somebody else's", async () => {
    const { t, as, orgId, set } = await withMail();
    const take = async (logoId: Id<"files">) =>
      await errorOf(set({ html: `<p>Anna<img src="cid:${logoId}"></p>`, doc: "{}", logoId }));
    expect(await take(await upload(t, as, orgId, "image/svg+xml"))).toMatchObject({ code: "invalid", field: "logo" });
    expect(await take(await upload(t, as, orgId, "image/png", 200_001))).toMatchObject({ field: "logo" });
    const { as: agent } = await makeMember(t, orgId, "agent", "bea");
    expect(await take(await upload(t, agent, orgId, "image/png"))).toMatchObject({ field: "fileIds" });
    expect(await as.query(api.inbox.signatures.queries.list, { orgId })).toEqual([]);
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
    expect(await list()).toEqual([{ businessEntity: "all", text: "Anna", isOwn: true, logos: [] }]);
    await set({ text: " " });
    expect(await list()).toEqual([]);
    expect(await errorOf(set({ text: "x".repeat(1_501) }))).toMatchObject({ code: "invalid", field: "text" });
  });
});
