import { getSchema } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { deviceMessages, inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { settleEditors, TextEditor, type TextServer } from "../../../tests/support/text-editor";
import { api, components } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { purgeThread } from "../retention/model";

// Drafts several people write in (product.md A-66).

const { share, keepToMyself, discard, submitSteps, submitSnapshot } = api.inbox.sharedDrafts.mutations;
const { onThread, getSnapshot, getSteps, latestVersion } = api.inbox.sharedDrafts.queries;
const schema = getSchema([StarterKit]);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const doc = (text: string) =>
  JSON.stringify({
    type: "doc",
    content: [{ type: "paragraph", content: text === "" ? [] : [{ type: "text", text }] }],
  });

type As = Inbox["as"];
type Draft = { orgId: Id<"organisations">; id: Id<"sharedDrafts"> };

async function openEditor(as: As, draft: Draft, clientId: string) {
  const found = await as.query(getSnapshot, draft);
  if (found.content === null) throw new Error("No such draft");
  const server: TextServer = {
    after: (version) => as.query(getSteps, { ...draft, version }),
    submit: (edit) => as.mutation(submitSteps, { ...draft, ...edit }),
  };
  const editor = new TextEditor(schema, clientId, server, found);
  return Object.assign(editor, {
    type: (at: number, text: string) =>
      editor.change((state) => state.tr.insertText(text, 1 + Math.min(at, state.doc.content.size - 2))),
    /** Takes away the letter at a place. */
    erase: (at: number) => {
      const size = editor.state.doc.content.size - 2;
      if (size > 0) editor.change(({ tr }) => tr.delete(1 + (at % size), 2 + (at % size)));
    },
    text: () => editor.state.doc.textContent,
  });
}

/** Max's mail, Anna's shared answer to it with `text`, and Ben. */
async function withShared(text = "Hallo Max") {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  const ben = await makeMember(t, inbox.orgId, "agent", "Ben");
  const ids = { orgId: inbox.orgId, threadId: thread._id };
  vi.setSystemTime(Date.now() + 1_000);
  const draftId = await inbox.as.mutation(share, { ...ids, doc: doc(text) });
  const draft: Draft = { orgId: inbox.orgId, id: draftId };
  const shared = async (as: As = inbox.as) => (await as.query(onThread, ids)).shared;
  const send = async (as: As, version: number, clientId: string) =>
    await as.mutation(api.inbox.mutations.reply, {
      ...ids,
      text: "Hallo Max",
      close: false,
      clientId,
      sharedDraft: { draftId, version },
    });
  return { t, inbox, as: inbox.as, thread, ben, ids, draftId, draft, shared, send };
}

async function storedSteps(t: Convex, id: Id<"sharedDrafts">): Promise<number | null> {
  return await inMutation(t, async (ctx) => ctx.runQuery(components.prosemirrorSync.lib.latestVersion, { id }));
}

async function sharedRows(t: Convex) {
  return await inMutation(t, async (ctx) => ctx.db.query("sharedDrafts").take(20));
}

describe("writing together", () => {
  it("takes what both wrote at once, and shows who is in it", async () => {
    const { as, ben, draft, shared } = await withShared("");
    const [one, two] = [await openEditor(as, draft, "a"), await openEditor(ben.as, draft, "b")];
    one.type(0, "Anna");
    two.type(0, "Ben");
    expect(await one.push()).toBe("synced");
    expect(await two.push()).toBe("needs-rebase");
    expect(await two.push()).toBe("synced");
    await one.pull();
    expect(one.text()).toBe(two.text());
    expect(one.text()).toHaveLength("AnnaBen".length);
    expect((await shared())[0]?.writers.map(({ name }) => name)).toContain("Ben");
  });

  it("makes one text of any interleaving of two writers", async () => {
    const { as, ben, ids, shared } = await withShared();
    const step = fc.record({
      who: fc.constantFrom(0, 1),
      what: fc.oneof(
        fc.record({
          kind: fc.constant("type" as const),
          at: fc.nat(12),
          text: fc.string({ minLength: 1, maxLength: 4 }),
        }),
        fc.record({ kind: fc.constant("erase" as const), at: fc.nat(12) }),
        fc.constant({ kind: "push" as const }),
        fc.constant({ kind: "pull" as const }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const before = (await shared())[0];
        if (before !== undefined) await as.mutation(discard, { orgId: ids.orgId, draftId: before.id });
        const draft = { orgId: ids.orgId, id: await as.mutation(share, { ...ids, doc: doc("Hallo") }) };
        const editors = [await openEditor(as, draft, "a"), await openEditor(ben.as, draft, "b")];
        for (const { who, what } of steps) {
          const editor = editors[who]!;
          if (what.kind === "type") editor.type(what.at, what.text);
          else if (what.kind === "erase") editor.erase(what.at);
          else await editor[what.kind]();
        }
        await settleEditors(editors);
        const late = await openEditor(ben.as, draft, "c");
        await late.pull();
        expect(editors[1]!.json()).toBe(editors[0]!.json());
        expect(late.json()).toBe(editors[0]!.json());
      }),
      { numRuns: 25, seed: 66 },
    );
  });

  it("opens at the newest whole text and goes on from there", async () => {
    const { as, ben, draft } = await withShared("");
    const one = await openEditor(as, draft, "a");
    one.type(0, "Guten Tag");
    await one.push();
    await as.mutation(submitSnapshot, { ...draft, version: one.version(), content: one.json() });
    one.type(9, "!");
    await one.push();
    const two = await openEditor(ben.as, draft, "b");
    expect(two.text()).toBe("Guten Tag");
    await two.pull();
    expect(two.text()).toBe("Guten Tag!");
  });

  it("does not believe in versions that are not there yet", async () => {
    const { as, draft } = await withShared();
    expect(await errorOf(as.mutation(submitSnapshot, { ...draft, version: 9, content: doc("x") }))).toMatchObject({
      code: "invalid",
    });
  });
});

describe("sharing", () => {
  it("moves the own draft, and there is one shared draft at a time", async () => {
    const { as, ben, ids, shared } = await withShared();
    expect(await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" })).toBeNull();
    expect(await errorOf(ben.as.mutation(share, { ...ids, doc: doc("Ich") }))).toMatchObject({ code: "conflict" });
    expect(await shared(ben.as)).toMatchObject([{ isMine: false }]);
  });

  it("says who writes for themselves, never what", async () => {
    const { as, ben, ids } = await withShared();
    await ben.as.mutation(api.inbox.mutations.saveDraft, { ...ids, mode: "reply", doc: doc("Geheim") });
    const seen = await as.query(onThread, ids);
    expect(seen.others).toEqual([{ memberId: ben.memberId, name: "Ben" }]);
    expect(JSON.stringify(seen)).not.toContain("Geheim");
  });

  it("is taken back by who shared it, at the words they see", async () => {
    const { as, ben, ids, draft, draftId, shared } = await withShared();
    const two = await openEditor(ben.as, draft, "b");
    two.type(0, "Moin, ");
    await two.push();
    const back = { orgId: ids.orgId, draftId, doc: two.json() };
    expect(await errorOf(ben.as.mutation(keepToMyself, { ...back, version: two.version() }))).toMatchObject({
      code: "forbidden",
    });
    expect(await errorOf(as.mutation(keepToMyself, { ...back, version: 1 }))).toMatchObject({ code: "conflict" });
    await as.mutation(keepToMyself, { ...back, version: two.version() });
    expect((await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" }))?.doc).toContain("Moin, Hallo Max");
    expect(await shared()).toEqual([]);
  });

  it("ends for everybody when it is discarded; once more changes nothing", async () => {
    const { t, as, ben, ids, draft, draftId } = await withShared();
    const two = await openEditor(ben.as, draft, "b");
    await as.mutation(discard, { orgId: ids.orgId, draftId });
    await as.mutation(discard, { orgId: ids.orgId, draftId });
    two.type(0, "Zu spät");
    expect(await errorOf(two.push())).toMatchObject({ code: "not_found" });
    expect(await ben.as.query(latestVersion, draft)).toBeNull();
    expect(await ben.as.query(getSnapshot, draft)).toEqual({ content: null });
    await runJobs(t);
    expect(await storedSteps(t, draftId)).toBeNull();
  });

  it("is over for a suspended member", async () => {
    const { t, ben, draft } = await withShared();
    const two = await openEditor(ben.as, draft, "b");
    await inMutation(t, async (ctx) => ctx.db.patch("members", ben.memberId, { status: "suspended" }));
    two.type(0, "Noch da");
    expect(await errorOf(two.push())).toMatchObject({ code: expect.stringMatching(/not_found|forbidden/) as string });
  });
});

describe("sending", () => {
  it("sends the words once; the second sender is refused", async () => {
    const { t, as, ben, send, shared } = await withShared();
    const [first, second] = await Promise.allSettled([send(as, 1, "c1"), send(ben.as, 1, "c2")]);
    expect(first.status).toBe("fulfilled");
    expect(second.status).toBe("rejected");
    expect(await errorOf(send(ben.as, 1, "c3"))).toMatchObject({ code: "conflict", field: "sharedDraft" });
    // The first sender's browser asks again: the same answer.
    await send(as, 1, "c1");
    await runJobs(t);
    const sent = (await deviceMessages(t)).filter(({ direction }) => direction === "to_customer");
    expect(sent).toHaveLength(1);
    expect(await shared()).toEqual([]);
  });

  it("is refused while a colleague's words are missing", async () => {
    const { as, ben, draft, send } = await withShared();
    const two = await openEditor(ben.as, draft, "b");
    two.type(0, "Moin ");
    await two.push();
    expect(await errorOf(send(as, 1, "c1"))).toMatchObject({ code: "conflict", field: "sharedDraft" });
    await send(as, two.version(), "c1");
  });
});

describe("its conversation", () => {
  it("takes it along when merged, and back", async () => {
    const { t, inbox, as, thread, shared, ids } = await withShared();
    const other = { ...MAX_MAIL, "Message-ID": "<other@example.org>", Subject: "Ganz anders" };
    await deliverMail(t, inbox, mail(other, "Etwas anderes"));
    const target = (await rows(t, "threads")).find(({ _id }) => _id !== thread._id)!;
    const mergeIds = await as.mutation(api.inbox.merges.mutations.merge, {
      orgId: ids.orgId,
      sourceIds: [thread._id],
      targetId: target._id,
    });
    // Who had it open asks by the old id and finds it.
    expect(await shared()).toHaveLength(1);
    expect((await sharedRows(t))[0]?.threadId).toBe(target._id);
    await as.mutation(api.inbox.merges.mutations.undo, { orgId: ids.orgId, mergeIds });
    expect((await sharedRows(t))[0]?.threadId).toBe(thread._id);
  });

  it("erases it with its texts", async () => {
    const { t, thread, draftId } = await withShared();
    await inMutation(t, async (ctx) => purgeThread(ctx, (await ctx.db.get("threads", thread._id))!, Date.now()));
    await runJobs(t);
    expect(await sharedRows(t)).toEqual([]);
    expect(await storedSteps(t, draftId)).toBeNull();
  });
});
