import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";

const { change, remove } = api.inbox.notes.mutations;
const paginationOpts = { numItems: 20, cursor: null };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withNote(text = "Bitte am Mondag anrufen", names: string[] = []) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const { as, orgId } = inbox;
  const anna = await makeMember(t, orgId, "agent", "anna");
  const threadId = (await rows(t, "threads"))[0]!._id;
  const fileIds: Id<"files">[] = [];
  for (const name of names) {
    const storageId = await t.run((ctx) => ctx.storage.store(new Blob(["photo"], { type: "image/jpeg" })));
    const upload = { orgId, storageId, name, channel: "email" as const };
    const answer = await as.mutation(api.inbox.attachments.mutations.attach, upload);
    if (answer.kind === "attached") fileIds.push(answer.file.fileId);
  }
  vi.advanceTimersByTime(60_000);
  const note = { orgId, threadId, text, fileIds, clientId: "n1" };
  const messageId = await as.mutation(api.inbox.mutations.addNote, note);
  await runJobs(t);
  const shown = async () => {
    const { page } = await as.query(api.inbox.queries.listMessages, { orgId, threadId, paginationOpts });
    return page.find(({ id }) => id === messageId);
  };
  const preview = async () => (await as.query(api.inbox.queries.getThread, { orgId, threadId })).lastMessagePreview;
  return { t, inbox, as, orgId, anna, threadId, messageId, of: { orgId, messageId }, shown, preview };
}

describe("one's own note", () => {
  it("is changed, says so, and the list says what it says now", async () => {
    const { t, as, of, shown, preview, inbox } = await withNote();
    expect(await shown()).toMatchObject({ authorId: inbox.memberId });
    expect((await shown())?.editedAt).toBeUndefined();
    await as.mutation(change, { ...of, text: "Bitte am Mondag anrufen " });
    expect((await shown())?.editedAt).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    await as.mutation(change, { ...of, text: "Bitte am Montag anrufen" });
    expect(await shown()).toMatchObject({ text: "Bitte am Montag anrufen", editedAt: Date.now() });
    expect(await preview()).toBe("Bitte am Montag anrufen");
    const audit = (await rows(t, "auditEntries")).filter(({ action }) => action === "message.changed");
    expect(audit.map(({ details }) => details)).toEqual([{ fields: "text" }]);
  });

  it("tells whom it names anew, and nobody twice", async () => {
    const { t, as, of } = await withNote("@anna bitte anrufen");
    const bert = await makeMember(t, of.orgId, "agent", "bert");
    await as.mutation(change, { ...of, text: "@anna bitte heute anrufen" });
    await runJobs(t);
    expect(await events(t, "member.")).toEqual(["member.mentioned"]);
    await as.mutation(change, { ...of, text: "@anna @bert bitte heute anrufen" });
    await runJobs(t);
    expect(await events(t, "member.")).toEqual(["member.mentioned", "member.mentioned"]);
    const { newest } = await bert.as.query(api.notifications.queries.unread, { orgId: of.orgId });
    expect(newest).toMatchObject([{ kind: "mentioned", count: 1 }]);
  });

  it("is taken away with its files; a line stays, and the list says what came before", async () => {
    const { t, as, of, shown, preview } = await withNote("Zähler", ["zaehler.jpg"]);
    await as.mutation(remove, of);
    expect(await shown()).toMatchObject({ text: "", files: [], removedAt: Date.now() });
    expect(await preview()).toBe("Hallo");
    expect(await allRows(t, "files")).toEqual([]);
    expect(await allRows(t, "fileNames")).toEqual([]);
    const audit = (await rows(t, "auditEntries")).filter(({ action }) => action === "message.removed");
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain("Zähler");
    expect(await errorOf(as.mutation(remove, of))).toMatchObject({ code: "conflict" });
    expect(await errorOf(as.mutation(change, { ...of, text: "Doch" }))).toMatchObject({ code: "conflict" });
  });

  it("is nobody else's to change, and only notes are", async () => {
    const { t, as, anna, of, orgId, shown } = await withNote();
    expect(await errorOf(anna.as.mutation(change, { ...of, text: "Meins" }))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(anna.as.mutation(remove, of))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(as.mutation(change, { ...of, text: "  " }))).toMatchObject({ code: "invalid", field: "text" });
    const [incoming] = await rows(t, "messages");
    const mailOf = { orgId, messageId: incoming!._id };
    expect(await errorOf(as.mutation(change, { ...mailOf, text: "x" }))).toMatchObject({ code: "conflict" });
    expect(await errorOf(as.mutation(remove, mailOf))).toMatchObject({ code: "conflict" });
    const viewer = await makeMember(t, orgId, "viewer", "vera");
    expect(await errorOf(viewer.as.mutation(remove, of))).toMatchObject({ code: "forbidden" });
    expect((await shown())?.text).toBe("Bitte am Mondag anrufen");
  });
});
