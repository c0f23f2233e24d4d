import type { Transaction } from "@tiptap/pm/state";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { settleEditors, TextEditor, type TextServer } from "../../../tests/support/text-editor";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS } from "../../lib/time";
import { MAX_DOCUMENT_CHARS } from "../documents/read";
import { DOCUMENT_SCHEMA } from "./documentSchema";

// An e-mail several members write at once.

const { get, versions } = api.templates.drafts.queries;
const { discard, publish, restore, save, start } = api.templates.drafts.mutations;
const { open, submitSteps } = api.templates.together.mutations;
const { current, getSnapshot, getSteps, latestVersion } = api.templates.together.queries;
const { heartbeat, leaveText, placeInText } = api.collab.templates.mutations;
const { others, othersInText } = api.collab.templates.queries;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

type As = Awaited<ReturnType<typeof makeMember>>["as"];
type Writing = { orgId: Id<"organisations">; id: Id<"templateWritings"> };

const paragraph = (text: string) => ({ type: "paragraph", content: text === "" ? [] : [{ type: "text", text }] });
const doc = (...texts: string[]) => JSON.stringify({ type: "doc", content: texts.map(paragraph) });
const EMPTY = {
  subject: "",
  body: "",
  layout: "agent_reply",
  variables: [] as { name: string; fallback: string }[],
} as const;
const read = (document: string | undefined) => DOCUMENT_SCHEMA.nodeFromJSON(JSON.parse(document ?? ""));
const wordsOf = (document: string | undefined) => {
  const { content } = read(document);
  return content.textBetween(0, content.size, "|");
};

async function openEditor(as: As, writing: Writing, clientId: string) {
  const found = await as.query(getSnapshot, writing);
  if (found === null) throw new Error("Nobody writes there.");
  const server: TextServer = {
    after: (version) => as.query(getSteps, { ...writing, version }),
    submit: (edit) => as.mutation(submitSteps, { ...writing, ...edit }),
  };
  const editor = new TextEditor(DOCUMENT_SCHEMA, clientId, server, found);
  const within = (at: number) => 1 + (at % Math.max(1, editor.state.doc.content.size - 1));
  /** Changes the line at a place; where there is none, nothing. */
  const inLine = (at: number, how: (tr: Transaction, at: number) => Transaction) => {
    const place = editor.state.doc.resolve(Math.min(within(at), editor.state.doc.content.size - 1));
    if (place.parent.inlineContent) editor.change(({ tr }) => how(tr, place.pos));
  };
  return Object.assign(editor, {
    type: (at: number, text: string) => inLine(at, (tr, pos) => tr.insertText(text, pos)),
    erase: (at: number, length: number) => {
      const from = within(at);
      editor.change(({ tr, doc: whole }) => tr.deleteRange(from, Math.min(from + length, whole.content.size)));
    },
    split: (at: number) => inLine(at, (tr, pos) => tr.split(pos)),
    chip: (at: number) => {
      const chip = DOCUMENT_SCHEMA.node("variable", { name: "firstName" });
      inLine(at, (tr, pos) => tr.insert(pos, chip));
    },
    words: () => wordsOf(editor.json()),
  });
}

/** Anna's e-mail, and Ben who may write in it. */
async function together(document = doc("Hallo Max")) {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const anna = await makeMember(t, orgId, "marketer", "Anna");
  const ben = await makeMember(t, orgId, "manager", "Ben");
  const templateId = await anna.as.mutation(start, {
    orgId,
    name: "Willkommen",
    category: "follow_up",
    channelType: "email_outlook",
    businessEntity: "all",
    locale: "de",
    threadTypes: [],
  });
  const ids = { orgId, templateId };
  await anna.as.mutation(save, { ...ids, base: EMPTY, text: { ...EMPTY, document } });
  const id = await anna.as.mutation(open, ids);
  const writing: Writing = { orgId, id };
  const view = async () => await anna.as.query(get, ids);
  const draft = async () => wordsOf((await view()).draft?.document);
  const publishNow = async () =>
    await anna.as.mutation(publish, { ...ids, revision: (await view()).draft?.revision ?? 0 });
  return { t, orgId, as: anna.as, anna, ben, templateId, ids, id, writing, view, draft, publishNow };
}

describe("writing an e-mail together", () => {
  it("takes what both wrote at once, and the draft has it", async () => {
    const { as, ben, ids, writing, view, draft } = await together();
    expect(await ben.as.mutation(open, ids)).toBe(writing.id);
    const [one, two] = [await openEditor(as, writing, "a"), await openEditor(ben.as, writing, "b")];
    one.type(0, "Na, ");
    two.type(9, ", bis morgen");
    expect(await one.push()).toBe("synced");
    expect(await two.push()).toBe("needs-rebase");
    expect(await two.push()).toBe("synced");
    await one.pull();
    expect(one.words()).toBe("Na, Hallo Max, bis morgen");
    expect(two.words()).toBe(one.words());
    expect(await draft()).toBe(one.words());
    expect((await view()).draft).toMatchObject({ updatedByName: "Ben" });
  });

  it("makes one document of any interleaving of two writers", async () => {
    const { as, ben, ids, orgId, view } = await together();
    const at = fc.nat(20);
    const edit = fc.oneof(
      fc.record({ kind: fc.constant("type" as const), at, text: fc.string({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant("erase" as const), at, length: fc.nat(9) }),
      fc.record({ kind: fc.constantFrom("split" as const, "chip" as const), at }),
      fc.record({ kind: fc.constantFrom("push" as const, "pull" as const) }),
    );
    const run = fc.array(fc.record({ who: fc.constantFrom(0, 1), what: edit }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(run, async (steps) => {
        const writing = { orgId, id: await as.mutation(open, ids) };
        const editors = [await openEditor(as, writing, "a"), await openEditor(ben.as, writing, "b")];
        for (const { who, what } of steps) {
          const editor = editors[who]!;
          if (what.kind === "type") editor.type(what.at, what.text);
          else if (what.kind === "erase") editor.erase(what.at, what.length);
          else if (what.kind === "split" || what.kind === "chip") editor[what.kind](what.at);
          else await editor[what.kind]();
        }
        await settleEditors(editors);
        expect(editors[1]!.json()).toBe(editors[0]!.json());
        expect((await openEditor(ben.as, writing, "c")).json()).toBe(editors[0]!.json());
        expect(JSON.stringify(read((await view()).draft?.document).toJSON())).toBe(editors[0]!.json());
      }),
      { numRuns: 25, seed: 6 },
    );
  });

  it("lets the other parts of the text be saved at the same time", async () => {
    const { as, ben, ids, writing, view, draft } = await together();
    const two = await openEditor(ben.as, writing, "b");
    const base = { ...EMPTY, document: doc("Hallo Max") };
    two.type(0, "Na, ");
    await two.push();
    await as.mutation(save, { ...ids, base, text: { ...base, subject: "Ihr Kurs" } });
    expect((await view()).draft?.subject).toBe("Ihr Kurs");
    expect(await draft()).toBe("Na, Hallo Max");
    two.type(0, "Moin. ");
    expect(await two.push()).toBe("synced");
    expect((await view()).draft?.subject).toBe("Ihr Kurs");
  });

  it("begins anew after a day on which nobody wrote", async () => {
    const { as, ben, ids, writing, draft } = await together();
    const one = await openEditor(as, writing, "a");
    one.type(0, "Na, ");
    await one.push();
    vi.setSystemTime(Date.now() + DAY_MS);
    const next = { ...writing, id: await ben.as.mutation(open, ids) };
    expect(next.id).not.toBe(writing.id);
    expect(await as.query(getSnapshot, writing)).toBeNull();
    expect(await as.query(latestVersion, writing)).toBeNull();
    expect(await as.query(current, ids)).toBe(next.id);
    expect((await openEditor(as, next, "a")).words()).toBe("Na, Hallo Max");
    expect(await draft()).toBe("Na, Hallo Max");
  });
});

describe("what becomes of the draft", () => {
  it("is published with the newest words, and written on without a break", async () => {
    const { ben, writing, view, draft, publishNow } = await together();
    const two = await openEditor(ben.as, writing, "b");
    two.type(9, ", bis morgen");
    await two.push();
    await publishNow();
    expect(await view()).toMatchObject({ draft: null, version: { number: 1, body: "Hallo Max, bis morgen" } });
    two.type(0, "Na, ");
    expect(await two.push()).toBe("synced");
    expect(await draft()).toBe("Na, Hallo Max, bis morgen");
    expect(wordsOf((await view()).version?.document)).toBe("Hallo Max, bis morgen");
  });

  it("is given up in everybody's editor, and what is typed meanwhile stays where it can", async () => {
    const { as, ben, ids, writing, view, draft, publishNow } = await together(doc("Eins", "Zwei"));
    await publishNow();
    const two = await openEditor(ben.as, writing, "b");
    two.type(0, "Nein");
    await two.push();
    two.type(14, "!");
    await as.mutation(discard, { ...ids, revision: (await view()).draft?.revision ?? 0 });
    expect((await view()).draft).toBeNull();
    expect(await two.push()).toBe("needs-rebase");
    expect(two.words()).toBe("Eins|Zwei!");
    expect(await two.push()).toBe("synced");
    expect(await draft()).toBe("Eins|Zwei!");
  });

  it("becomes an earlier version in everybody's editor", async () => {
    const { as, ben, ids, writing, draft, publishNow } = await together();
    await publishNow();
    const two = await openEditor(ben.as, writing, "b");
    two.type(0, "Na, ");
    await two.push();
    const { page } = await as.query(versions, { ...ids, paginationOpts: { numItems: 5, cursor: null } });
    await as.mutation(restore, { ...ids, versionId: page[0]!.id });
    await two.pull();
    expect(two.words()).toBe("Hallo Max");
    expect(await draft()).toBe("Hallo Max");
  });

  it("ends writing together when an earlier version has no document", async () => {
    const { as, ids, writing, view, publishNow } = await together();
    await publishNow();
    const live = (await view()).version!;
    const plain = { ...EMPTY, body: "Nur Text" };
    const base = { ...plain, body: live.body, document: live.document! };
    await as.mutation(save, { ...ids, base, text: plain });
    await publishNow();
    expect((await view()).version).toMatchObject({ body: "Nur Text" });
    expect(await as.query(current, ids)).toBeNull();
    expect(await errorOf(as.query(getSteps, { ...writing, version: 1 }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(as.mutation(open, ids))).toMatchObject({ code: "invalid", field: "document" });
  });
});

describe("steps that are refused", () => {
  const insert = (text: string, at = 1) =>
    JSON.stringify({ stepType: "replace", from: at, to: at, slice: { content: [{ type: "text", text }] } });

  it.each([
    ["out of the document", insert("x", 4_000)],
    ["with blocks there are not", insert("x").replace('"type":"text","text":"x"', '"type":"iframe"')],
    ["that put text between blocks", insert("x", 0)],
    ["of no kind", '{"stepType":"magic"}'],
    ["that are no JSON", "{"],
    ["that make it too long", insert("x".repeat(MAX_DOCUMENT_CHARS))],
  ])("%s", async (_, step) => {
    const { as, writing, draft } = await together();
    const sent = as.mutation(submitSteps, { ...writing, version: 1, clientId: "a", steps: [insert("y"), step] });
    expect(await errorOf(sent)).toMatchObject({ code: "invalid", field: "steps" });
    expect(await draft()).toBe("Hallo Max");
    expect(await as.query(latestVersion, writing)).toBe(1);
  });

  it("on a version that is not there yet", async () => {
    const { as, writing } = await together();
    const sent = as.mutation(submitSteps, { ...writing, version: 7, clientId: "a", steps: [insert("x")] });
    expect(await errorOf(sent)).toMatchObject({ code: "invalid", field: "version" });
  });

  it("of an archived template", async () => {
    const { as, ids, writing, draft } = await together();
    await as.mutation(api.templates.mutations.setActive, { ...ids, isActive: false });
    const sent = as.mutation(submitSteps, { ...writing, version: 1, clientId: "a", steps: [insert("x")] });
    expect(await errorOf(sent)).toMatchObject({ code: "conflict" });
    expect(await errorOf(as.mutation(open, ids))).toMatchObject({ code: "conflict" });
    expect(await draft()).toBe("Hallo Max");
  });

  it("of those who may only read, and of other organisations", async () => {
    const { t, orgId, ids, writing, draft } = await together();
    const { as: viewer } = await makeMember(t, orgId, "viewer");
    const edit = { ...writing, version: 1, clientId: "v", steps: [insert("x")] };
    expect(await errorOf(viewer.mutation(submitSteps, edit))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(viewer.mutation(open, ids))).toMatchObject({ code: "forbidden" });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "Stranger");
    const foreign = { ...edit, orgId: other };
    const theirs = { orgId: other, id: writing.id };
    expect(await errorOf(stranger.mutation(submitSteps, foreign))).toMatchObject({ code: "not_found" });
    expect(await errorOf(stranger.mutation(submitSteps, edit))).toMatchObject({ code: "not_found" });
    expect(await errorOf(stranger.query(getSteps, { ...theirs, version: 1 }))).toMatchObject({ code: "not_found" });
    expect(await stranger.query(getSnapshot, theirs)).toBeNull();
    expect(await stranger.query(latestVersion, theirs)).toBeNull();
    expect(await draft()).toBe("Hallo Max");
  });
});

describe("who else is there", () => {
  it("is seen by name: at the template, and where they write in it", async () => {
    const { t, as, ben, ids, orgId, id } = await together();
    const session = { ...ids, sessionId: "s", interval: 10_000 };
    const { roomToken } = await as.mutation(heartbeat, session);
    await ben.as.mutation(heartbeat, session);
    expect(await as.query(others, { orgId, roomToken })).toEqual([{ memberId: ben.memberId, name: "Ben" }]);
    const place = { orgId, draftId: id, editor: "b", version: 1, anchor: 1, head: 3 };
    await ben.as.mutation(placeInText, place);
    expect(await as.query(othersInText, { orgId, draftId: id })).toMatchObject([{ name: "Ben", head: 3 }]);
    expect(await ben.as.query(othersInText, { orgId, draftId: id })).toEqual([]);

    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "Stranger");
    await stranger.mutation(placeInText, { ...place, orgId: other });
    expect(await stranger.query(othersInText, { orgId: other, draftId: id })).toEqual([]);
    expect(await stranger.query(others, { orgId: other, roomToken })).toEqual([]);
    expect(await errorOf(stranger.mutation(heartbeat, { ...session, orgId: other }))).toMatchObject({
      code: "not_found",
    });
    expect(await as.query(othersInText, { orgId, draftId: id })).toHaveLength(1);

    await ben.as.mutation(leaveText, { orgId, draftId: id, editor: "b" });
    expect(await as.query(othersInText, { orgId, draftId: id })).toEqual([]);
  });
});
