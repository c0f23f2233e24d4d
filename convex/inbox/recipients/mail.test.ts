import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, deviceMessages, inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { suppress } from "../../contacts/suppressions/model";
import { removeFile } from "../../files/model";
import { DAY_MS } from "../../lib/time";

// Reply all, forward and attachments from the screen to the devices (product.md 2.1 no. 11, 12; 3.2).

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withMail(headers: Record<string, string> = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail({ ...MAX_MAIL, ...headers }, "Kann Eva mitkommen?"));
  const thread = (await rows(t, "threads"))[0]!;
  const { as, orgId } = inbox;
  const ids = { orgId, threadId: thread._id };
  vi.setSystemTime(Date.now() + 1_000);
  const reply = async (more: Partial<(typeof api.inbox.mutations.reply)["_args"]> = {}) =>
    await as.mutation(api.inbox.mutations.reply, { ...ids, text: "Gern.", close: false, clientId: "c1", ...more });
  return { t, inbox, as, ids, thread, reply };
}

const TO_ALL = { Cc: "Eva <eva@example.org>, info@haff.example", To: "info@haff.example, Chef <chef@example.org>" };
const envelopeOf = (to: string[], cc: string[] = [], bcc: string[] = []) => ({ to, cc, bcc });

/** Puts bytes into storage as the browser's upload does, and makes them a file of a draft. */
async function uploaded(t: Convex, { as, orgId }: Awaited<ReturnType<typeof makeInbox>>, name: string, text = "Ahoi") {
  const storageId = await t.run(async (ctx) => await ctx.storage.store(new Blob([text], { type: "text/plain" })));
  return await as.mutation(api.inbox.attachments.mutations.attach, { orgId, storageId, name, channel: "email" });
}

async function fileOf(answer: ReturnType<typeof uploaded>): Promise<Id<"files">> {
  const attached = await answer;
  if (attached.kind !== "attached") throw new Error(`refused: ${attached.problem.kind}`);
  return attached.file.fileId;
}

describe("a reply to all", () => {
  it("is suggested without our own addresses and reaches everybody", async () => {
    const { t, as, ids, reply } = await withMail(TO_ALL);
    const { replyAll, reply: one } = await as.query(api.inbox.recipients.queries.suggested, ids);
    expect(one).toEqual(envelopeOf(["max@example.org"]));
    expect(replyAll).toEqual(envelopeOf(["max@example.org"], ["chef@example.org", "eva@example.org"]));
    await reply({ kind: "reply_all", envelope: { ...replyAll, bcc: ["archiv@example.org"] } });
    await runJobs(t);
    expect((await deviceMessages(t)).map(({ address }) => address).sort()).toEqual([
      "archiv@example.org",
      "chef@example.org",
      "eva@example.org",
      "max@example.org",
    ]);
    const message = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing");
    expect(message?.recipients).toContainEqual({ kind: "bcc", address: "archiv@example.org" });
    // The next one goes on with the same people, without the blind copy.
    const next = await as.query(api.inbox.recipients.queries.suggested, ids);
    expect(next.replyAll).toEqual(replyAll);
  });

  it("refuses what is no address, nobody, a crowd, and people who must not be written to", async () => {
    const { t, inbox, reply } = await withMail();
    const refused = async (envelope: ReturnType<typeof envelopeOf>) =>
      await errorOf(reply({ kind: "reply_all", envelope }));
    expect(await refused(envelopeOf(["max@example.org"], ["kein"]))).toMatchObject({ code: "invalid", field: "cc" });
    expect(await refused(envelopeOf(["info@haff.example"]))).toMatchObject({ code: "invalid", field: "to" });
    const crowd = Array.from({ length: 50 }, (_, index) => `p${index}@example.org`);
    expect(await refused(envelopeOf(["max@example.org"], crowd))).toMatchObject({ code: "invalid" });
    const { orgId } = inbox;
    const blocked = {
      orgId,
      channel: "email",
      address: "weg@example.org",
      reason: "hard_bounce",
      source: "test",
    } as const;
    await inMutation(t, (ctx) => suppress(ctx, blocked));
    const words = await refused(envelopeOf(["max@example.org"], ["weg@example.org"]));
    expect(words).toMatchObject({ code: "invalid", message: expect.stringContaining("weg@example.org") });
  });

  it("gives no copy to somebody who may not be written to any more when it leaves", async () => {
    const { t, inbox, reply } = await withMail();
    await reply({ envelope: envelopeOf(["max@example.org"], ["eva@example.org"]), isUndoable: true });
    const { orgId } = inbox;
    const blocked = {
      orgId,
      channel: "email",
      address: "eva@example.org",
      reason: "hard_bounce",
      source: "test",
    } as const;
    await inMutation(t, (ctx) => suppress(ctx, blocked));
    await runJobs(t);
    expect((await deviceMessages(t)).map(({ address }) => address)).toEqual(["max@example.org"]);
  });

  it("exists for e-mail only", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
    const threadId = (await rows(t, "threads"))[0]!._id;
    const args = { orgId: inbox.orgId, threadId, text: "Ja", close: false, clientId: "c1" };
    const envelope = envelopeOf(["max@example.org"]);
    expect(await errorOf(inbox.as.mutation(api.inbox.mutations.reply, { ...args, envelope }))).toMatchObject({
      field: "envelope",
    });
    const suggested = await inbox.as.query(api.inbox.recipients.queries.suggested, { orgId: inbox.orgId, threadId });
    expect(suggested.reply.to).toEqual(["+4915112345678"]);
  });
});

describe("an answer", () => {
  const answerOf = async (t: Convex, text: string) =>
    (await deviceMessages(t)).findLast((each) => each.text.startsWith(text) && each.direction === "to_customer")!;

  it("repeats the mail it answers below its words, and not in the conversation", async () => {
    const { t, inbox, reply } = await withMail();
    await reply();
    await runJobs(t);
    const { text, html } = await answerOf(t, "Gern.");
    expect(text).toMatch(/^Gern\.\n\nAm .+ um .+ schrieb Max Muster <max@example\.org>:\n> Kann Eva mitkommen\?$/);
    expect(html).toMatch(/^<p>Gern\.<\/p><div class="gmail_quote">.*<blockquote type="cite"><p>Kann Eva/);
    const sent = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    expect(sent).toMatchObject({
      text: "Gern.",
      html: "<p>Gern.</p>",
      quotedText: expect.stringContaining("> Kann Eva"),
    });
    // The customer's answer to that repeats both: the conversation shows its own words.
    const headers = { ...MAX_MAIL, "Message-ID": "<m2@x>", "In-Reply-To": sent.externalMessageId ?? "" };
    const theirs = `Am 12.05.26 um 14:00 schrieb Anna:\n${text.replace(/^/gm, "> ")}`;
    await deliverMail(t, inbox, mail(headers, `Danke!\n\n${theirs}`));
    expect((await rows(t, "messages")).at(-1)).toMatchObject({ text: "Danke!" });
  });

  it("repeats no note, nothing that was passed on, and nothing others answered to that", async () => {
    const { t, inbox, as, ids, reply } = await withMail();
    const [incoming] = await rows(t, "messages");
    const envelope = envelopeOf(["partner@example.org"]);
    await reply({ kind: "forward", text: "Zahlt nie", envelope, forwardOf: incoming!._id });
    const forward = (await rows(t, "messages")).find(({ isForward }) => isForward === true)!;
    const theirs = { From: "Partner <partner@example.org>", "In-Reply-To": forward.externalMessageId ?? "" };
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, ...theirs, "Message-ID": "<p1@x>" }, "Stimmt, zahlt nie"));
    await as.mutation(api.inbox.mutations.addNote, { ...ids, text: "Vorkasse, zahlt nie", clientId: "n1" });
    vi.setSystemTime(Date.now() + 1_000);
    expect(new Set((await rows(t, "messages")).map(({ threadId }) => threadId)).size).toBe(1);
    await reply({ clientId: "c2", envelope: envelopeOf(["max@example.org"]), kind: "reply" });
    await runJobs(t);
    const { text, html } = await answerOf(t, "Gern.");
    expect(text).toContain("> Kann Eva mitkommen?");
    expect(`${text}${html}`).not.toContain("zahlt nie");
  });

  it("repeats nothing where the organisation does not want it", async () => {
    const { t, as, ids, reply } = await withMail();
    const settings = { orgId: ids.orgId, undoSeconds: 0, cancelIfAnswered: true, quotesEarlier: false };
    await as.mutation(api.inbox.sending.mutations.setSettings, settings);
    await reply();
    await runJobs(t);
    expect(await answerOf(t, "Gern.")).toMatchObject({ text: "Gern.", html: "<p>Gern.</p>" });
    const sent = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    expect(sent.quotedText).toBeUndefined();
  });
});

describe("a forward", () => {
  it("quotes the message, carries its files, and is no answer to the customer", async () => {
    const { t, inbox, as, ids, thread, reply } = await withMail();
    const incoming = (await rows(t, "messages"))[0]!;
    const fileId = await fileOf(uploaded(t, inbox, "plan.txt"));
    await t.run(async (ctx) => {
      await ctx.db.patch("messages", incoming._id, { fileIds: [fileId] });
      const loose = await ctx.db.query("looseFiles").unique();
      if (loose !== null) await ctx.db.delete("looseFiles", loose._id);
    });
    const carried = await as.mutation(api.inbox.attachments.mutations.carry, { ...ids, messageId: incoming._id });
    expect(carried).toMatchObject([{ name: "plan.txt", sizeBytes: 4 }]);
    expect(carried[0]?.fileId).not.toBe(fileId);
    await reply({
      kind: "forward",
      text: "Zur Info",
      envelope: envelopeOf(["partner@example.org"]),
      forwardOf: incoming._id,
      fileIds: carried.map((file) => file.fileId),
    });
    await runJobs(t);
    const [device] = (await deviceMessages(t)).filter(({ direction }) => direction === "to_customer");
    expect(device).toMatchObject({ address: "partner@example.org", subject: "Fwd: Frage zum Kurs" });
    expect(device?.text).toMatch(/^Zur Info\n\n-+ Forwarded message -+\nFrom: Max Muster <max@example.org>\n/);
    expect(device?.text).toContain("Kann Eva mitkommen?");
    const after = (await rows(t, "threads"))[0]!;
    expect(after.status).toBe(thread.status);
    expect(after.responseDueAt).toBe(thread.responseDueAt);
    const sent = (await rows(t, "messages")).find(({ isForward }) => isForward === true);
    expect(sent).toMatchObject({ text: "Zur Info", quotedText: expect.stringContaining("Kann Eva mitkommen?") });
    // A reply still goes to the customer.
    const { reply: one } = await as.query(api.inbox.recipients.queries.suggested, ids);
    expect(one.to).toEqual(["max@example.org"]);
    // The original's file may go without the forward losing its own.
    await inMutation(t, (ctx) => removeFile(ctx, fileId));
    const kept = await t.run(async (ctx) => await ctx.db.get("files", carried[0]!.fileId));
    expect(await t.run(async (ctx) => (await ctx.storage.get(kept!.storageId))?.size)).toBe(4);
  });

  it("needs a message of this conversation and somebody to go to", async () => {
    const { t, inbox, reply } = await withMail();
    const forward = { kind: "forward", text: "", envelope: envelopeOf(["partner@example.org"]) } as const;
    expect(await errorOf(reply(forward))).toMatchObject({ field: "forwardOf" });
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": "<m2@x>", Subject: "Anderes" }, "Etwas anderes"));
    const foreign = (await rows(t, "messages")).find(({ text }) => text === "Etwas anderes")!;
    expect(await errorOf(reply({ ...forward, forwardOf: foreign._id }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(reply({ kind: "forward", forwardOf: foreign._id }))).toMatchObject({ field: "to" });
  });
});

describe("attachments", () => {
  it("go with the answer, may stand alone, and come back with undo", async () => {
    const { t, inbox, as, ids, reply } = await withMail();
    const fileId = await fileOf(uploaded(t, inbox, "plan.txt"));
    await reply({ text: "", fileIds: [fileId], isUndoable: true });
    expect((await rows(t, "threads"))[0]?.lastMessagePreview).toBe("📎 1");
    expect(await allRows(t, "looseFiles")).toEqual([]);
    await as.mutation(api.inbox.sending.mutations.undo, { ...ids, clientId: "c1" });
    const draft = await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" });
    expect(draft).toMatchObject({ parts: { kind: "reply", fileIds: [fileId] }, files: [{ fileId, name: "plan.txt" }] });
    await reply({ text: "Anbei", fileIds: [fileId], clientId: "c2" });
    await runJobs(t);
    const bodies = await allRows(t, "messageBodies");
    expect(bodies.at(-1)?.content).toMatchObject({ fileIds: [fileId] });
  });

  it("that are pictures between the words are named there; foreign ones and other files are not", async () => {
    const { t, inbox, reply } = await withMail();
    const picture = await fileOf(uploaded(t, inbox, "plan.png"));
    await t.run(async (ctx) => await ctx.db.patch("files", picture, { contentType: "image/png" }));
    const plain = await fileOf(uploaded(t, inbox, "rest.txt"));
    const image = (id: string) => `<img src="cid:${id}" alt="Plan" onerror="x()">`;
    const html = `<p>Hier: ${image(picture)}</p>${image(plain)}${image("fremd")}<img src="https://x.example/p.png">`;
    await reply({ text: "Hier: [Plan]", html, fileIds: [picture, plain] });
    await runJobs(t);
    const [first, second] = await t.run(async (ctx) => [
      await ctx.db.get("files", picture),
      await ctx.db.get("files", plain),
    ]);
    expect([first?.contentId, second?.contentId]).toEqual([picture, undefined]);
    const sent = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    expect(sent.html).toBe(`<p>Hier: <img src="cid:${picture}" alt="Plan" style="max-width:100%;height:auto"></p>`);
  });

  it("are refused with the reason and leave nothing behind", async () => {
    const { t, inbox } = await withMail();
    expect(await uploaded(t, inbox, "virus.exe")).toEqual({
      kind: "refused",
      problem: { kind: "program", name: "virus.exe" },
    });
    expect(await t.run(async (ctx) => (await ctx.db.system.query("_storage").take(5)).length)).toBe(0);
  });

  it("of others, of other messages and sent ones cannot be taken", async () => {
    const { t, inbox, as, ids, reply } = await withMail();
    const fileId = await fileOf(uploaded(t, inbox, "plan.txt"));
    const colleague = await makeMember(t, ids.orgId, "agent", "bert");
    const theirs = colleague.as.mutation(api.inbox.mutations.reply, {
      ...ids,
      text: "Da",
      close: false,
      clientId: "c9",
      fileIds: [fileId],
    });
    expect(await errorOf(theirs)).toMatchObject({ field: "fileIds" });
    await colleague.as.mutation(api.inbox.attachments.mutations.detach, { orgId: ids.orgId, fileId });
    await reply({ fileIds: [fileId] });
    expect(await errorOf(reply({ fileIds: [fileId], clientId: "c2" }))).toMatchObject({ field: "fileIds" });
    await as.mutation(api.inbox.attachments.mutations.detach, { orgId: ids.orgId, fileId });
    expect(await t.run(async (ctx) => await ctx.db.get("files", fileId))).not.toBeNull();
    const storageId = (await t.run(async (ctx) => await ctx.db.get("files", fileId)))!.storageId;
    const again = { orgId: ids.orgId, storageId, name: "x.txt", channel: "email" } as const;
    expect(await errorOf(as.mutation(api.inbox.attachments.mutations.attach, again))).toMatchObject({
      code: "not_found",
    });
  });

  it("go with a draft that is thrown away, or forgotten", async () => {
    const { t, inbox, as, ids } = await withMail();
    const [first, second] = [await fileOf(uploaded(t, inbox, "a.txt")), await fileOf(uploaded(t, inbox, "b.txt"))];
    const draft = { ...ids, mode: "reply" as const, doc: "{}", parts: { kind: "reply" as const, fileIds: [first] } };
    await as.mutation(api.inbox.mutations.saveDraft, draft);
    await as.mutation(api.inbox.mutations.discardDraft, { ...ids, mode: "reply" });
    expect((await allRows(t, "files")).map(({ _id }) => _id)).toEqual([second]);
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    await t.mutation(internal.inbox.attachments.jobs.prune, {});
    expect(await allRows(t, "files")).toEqual([]);
  });

  it("together larger than the organisation's mails are refused", async () => {
    const { t, inbox, reply } = await withMail();
    const file = await fileOf(uploaded(t, inbox, "gross.txt", "x".repeat(7_500_000)));
    expect(await errorOf(reply({ fileIds: [file] }))).toMatchObject({ code: "invalid", field: "fileIds" });
  });
});
