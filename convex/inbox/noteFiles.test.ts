import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { allRows, inMutation, NOON, type Convex } from "../../tests/support/delivery";
import { mail, makeInbox, MAX_MAIL, type Inbox } from "../../tests/support/inbox";
import { errorOf, makeMember } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { storeRawEvent } from "../intake/model";

const { addNote } = api.inbox.mutations;
const { attach } = api.inbox.attachments.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function setUp(t: Convex) {
  const inbox = await makeInbox(t);
  const { orgId, emailChannelId: sourceId } = inbox;
  const body = { kind: "text", text: mail(MAX_MAIL, "Der Zähler summt.") } as const;
  await inMutation(t, (ctx) => storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey: "1", body }));
  for (let round = 0; round < 4; round += 1) {
    vi.advanceTimersByTime(0);
    await t.finishInProgressScheduledFunctions();
  }
  const [thread] = await allRows(t, "threads");
  return { inbox, orgId, threadId: thread!._id };
}

async function photo(t: Convex, { orgId, as }: Inbox, name = "zaehler.jpg", type = "image/jpeg") {
  const storageId = await t.run((ctx) => ctx.storage.store(new Blob(["photo"], { type })));
  return await as.mutation(attach, { orgId, storageId, name, channel: "email" });
}

async function attached(t: Convex, inbox: Inbox): Promise<Id<"files">> {
  const answer = await photo(t, inbox);
  if (answer.kind !== "attached") throw new Error("Refused.");
  return answer.file.fileId;
}

it("a note takes photos, alone or with words, and the team sees them in the conversation", async () => {
  const t = setupConvex();
  const { inbox, orgId, threadId } = await setUp(t);
  const fileIds = [await attached(t, inbox)];
  const note = { orgId, threadId, text: "", fileIds, clientId: "n1" };
  const messageId = await inbox.as.mutation(addNote, note);
  expect(await inbox.as.mutation(addNote, note)).toBe(messageId);
  const { listMessages, getThread } = api.inbox.queries;
  const paginationOpts = { cursor: null, numItems: 10 };
  const { page } = await inbox.as.query(listMessages, { orgId, threadId, paginationOpts });
  expect(page[0]).toMatchObject({ messageType: "internal_note", text: "", files: [{ name: "zaehler.jpg" }] });
  expect((await inbox.as.query(getThread, { orgId, threadId })).lastMessagePreview).toBe("📎 1");
  expect(await allRows(t, "looseFiles")).toEqual([]);
});

it("refuses nothing at all, files of others, files used already, and what mails may not carry", async () => {
  const t = setupConvex();
  const { inbox, orgId, threadId } = await setUp(t);
  const bert = await makeMember(t, orgId, "agent", "bert");
  const fileIds = [await attached(t, inbox)];
  const add = (by: Inbox["as"], change: object) =>
    errorOf(by.mutation(addNote, { orgId, threadId, text: "", clientId: "n", ...change }));
  expect(await add(inbox.as, {})).toMatchObject({ code: "invalid", field: "text" });
  expect(await add(bert.as, { fileIds })).toMatchObject({ code: "invalid", field: "fileIds" });
  await inbox.as.mutation(addNote, { orgId, threadId, text: "Siehe Foto", fileIds, clientId: "n1" });
  expect(await add(inbox.as, { fileIds, clientId: "n2" })).toMatchObject({ code: "invalid", field: "fileIds" });
  expect(await photo(t, inbox, "setup.exe", "application/x-msdownload")).toMatchObject({ kind: "refused" });
});
