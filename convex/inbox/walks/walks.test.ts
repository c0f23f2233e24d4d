import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { api, internal } from "../../_generated/api";
import { MINUTE_MS } from "../../lib/time";
import { patchThread } from "../model/rows";

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

const indexed = async <T extends "inboxWalks" | "threadTags" | "fileNames">(t: Convex, table: T) =>
  await t.run(async (ctx) => await ctx.db.query(table).take(50));

/** A mail with a file and conversations with tags, without what is indexed of them today. */
async function withOldRows(t: Convex) {
  const inbox = await makeInbox(t);
  for (const name of ["anna", "berta"]) {
    const head = { From: `${name}@example.org`, Subject: name, "Message-ID": `<${name}@example.org>` };
    await deliverMail(t, inbox, mail(head, "Findet der Kurs statt?"));
  }
  const [message] = await rows(t, "messages");
  const [first] = await rows(t, "threads");
  const { orgId } = inbox;
  await t.run(async (ctx) => {
    const fileIds = [];
    for (const name of ["Plan.pdf", "Rechnung.pdf"]) {
      const storageId = await ctx.storage.store(new Blob(["x"]));
      fileIds.push(
        await ctx.db.insert("files", { orgId, storageId, name, contentType: "application/pdf", sizeBytes: 1 }),
      );
    }
    await ctx.db.patch("messages", message!._id, { fileIds });
    await ctx.db.insert("fileNames", { orgId, messageId: message!._id, name: "Plan.pdf" });
    await ctx.db.patch("threads", first!._id, { tags: ["Kurs"] });
  });
  const page = { paginationOpts: { numItems: 10, cursor: null } };
  const tagged = async () => {
    const asked = { orgId, view: "all", tag: "Kurs", ...page } as const;
    return (await inbox.as.query(api.inbox.queries.listThreads, asked)).page.map(({ subject }) => subject);
  };
  const files = async (text: string) =>
    (await inbox.as.query(api.inbox.search.queries.files, { orgId, text, ...page })).page.map(({ name }) => name);
  return { ...inbox, tagged, files, first: first!, message: message! };
}

it("indexes what is from before once, and lists by tag are right before, meanwhile and after", async () => {
  const t = setupConvex();
  const { tagged, files } = await withOldRows(t);
  expect(await tagged()).toEqual(["anna"]);
  expect(await files("Rechnung")).toEqual([]);
  await t.mutation(internal.inbox.walks.jobs.sweep, {});
  await t.mutation(internal.inbox.walks.jobs.sweep, {});
  expect(await tagged()).toEqual(["anna"]);
  await runJobs(t);
  expect(await indexed(t, "inboxWalks")).toMatchObject(Array(5).fill({ isDone: true }));
  expect(await tagged()).toEqual(["anna"]);
  expect(await files("Rechnung")).toEqual(["Rechnung.pdf"]);
  expect((await files("has:attachment")).sort()).toEqual(["Plan.pdf", "Rechnung.pdf"]);
  expect(await indexed(t, "threadTags")).toHaveLength(1);
  expect(await indexed(t, "fileNames")).toHaveLength(2);
});

it("takes a walk up that was cut short", async () => {
  const t = setupConvex();
  const { tagged } = await withOldRows(t);
  const workedAt = Date.now();
  await t.run(async (ctx) => {
    const row = { after: 0, isDone: false, workedAt } as const;
    await ctx.db.insert("inboxWalks", { ...row, kind: "tags" });
    await ctx.db.insert("inboxWalks", { ...row, kind: "fileNames" });
  });
  await t.mutation(internal.inbox.walks.jobs.sweep, {});
  await runJobs(t);
  expect(await indexed(t, "threadTags")).toHaveLength(0);
  vi.setSystemTime(workedAt + 3 * MINUTE_MS);
  await t.mutation(internal.inbox.walks.jobs.sweep, {});
  await runJobs(t);
  expect(await indexed(t, "threadTags")).toHaveLength(1);
  expect(await tagged()).toEqual(["anna"]);
});

it("follows a conversation that is merged, and its tags that come and go", async () => {
  const t = setupConvex();
  const { first } = await withOldRows(t);
  const change = async (patch: Parameters<typeof patchThread>[2]) =>
    await inMutation(t, async (ctx) => await patchThread(ctx, (await ctx.db.get("threads", first._id))!, patch));
  const tags = async () => (await indexed(t, "threadTags")).map(({ tag }) => tag).sort();
  await change({ tags: ["Kurs", "Boot"] });
  expect(await tags()).toEqual(["Boot", "Kurs"]);
  await change({ tags: ["Boot"], lastMessageAt: NOON + 5 });
  expect(await indexed(t, "threadTags")).toMatchObject([{ tag: "Boot", lastMessageAt: NOON + 5, isOpen: true }]);
  const other = (await rows(t, "threads")).at(-1)!._id;
  await change({ status: "closed", mergedIntoId: other });
  expect(await tags()).toEqual([]);
  await change({ status: "open", mergedIntoId: undefined });
  expect(await tags()).toEqual(["Boot"]);
});
