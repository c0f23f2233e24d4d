import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON } from "../../../tests/support/delivery";
import { makeInbox } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { resolveContact } from "../../contacts/model";
import { DAY_MS } from "../../lib/time";
import { noteFileNames } from "../model/fileNames";
import { insertThread, patchThread } from "../model/rows";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Said = { text: string; from?: "anna" | "otto" | "us"; fileNames?: string; at?: number; to?: string };
type Talk = { subject: string; said: Said[] } & Partial<
  Pick<Doc<"threads">, "status" | "tags" | "channel" | "assigneeId" | "isOverdue" | "priority" | "threadType">
>;

async function withTalks(talks: (me: Id<"members">) => Talk[]) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, memberId, as } = inbox;
  await inMutation(t, async (ctx) => {
    const anna = await resolveContact(ctx, { orgId, name: "Anna Weber", email: "anna@example.org" });
    const otto = await resolveContact(ctx, { orgId, name: "Otto Beck", email: "otto@example.org" });
    for (const { subject, said, isOverdue, ...fields } of talks(memberId)) {
      const thread = await insertThread(ctx, {
        orgId,
        subject,
        threadType: "customer_support",
        priority: "normal",
        status: "open",
        channel: "email",
        lastMessageAt: NOON,
        lastMessagePreview: "",
        lastMessageType: "incoming",
        tags: [],
        externalReferences: {},
        ...fields,
      });
      if (isOverdue === true) await ctx.db.patch("threads", thread._id, { isOverdue });
      for (const { text, from = "anna", fileNames, at = NOON, to = "info@haff.example" } of said) {
        const contact = from === "anna" ? anna : otto;
        const fileId = await ctx.db.insert("files", {
          orgId,
          storageId: await ctx.storage.store(new Blob(["x"])),
          name: fileNames ?? "x",
          contentType: "application/pdf",
          sizeBytes: 1,
        } as never);
        const messageId = await ctx.db.insert("messages", {
          orgId,
          threadId: thread._id,
          messageType: from === "us" ? "outgoing" : "incoming",
          sender:
            from === "us"
              ? { kind: "member", memberId }
              : { kind: "contact", contactId: contact._id, address: `${from}@example.org` },
          recipients: [{ kind: "to", address: to }],
          text,
          fileIds: fileNames === undefined ? [] : [fileId],
          isAutomatic: false,
          at,
        });
        if (fileNames !== undefined) await noteFileNames(ctx, { orgId, messageId, at }, [{ name: fileNames }]);
      }
    }
  });
  const found = async (text: string) =>
    (await as.query(api.inbox.search.queries.find, { orgId, text })).threads.map(({ subject }) => subject).sort();
  return { ...inbox, t, found };
}

const TALKS = (me: Id<"members">): Talk[] => [
  {
    subject: "Törn im Mai",
    said: [{ text: "Guten Tag, ist der Törn noch frei?" }, { text: "Ja, es ist Platz.", from: "us" }],
    tags: ["Kurs"],
    assigneeId: me,
  },
  {
    subject: "Rechnung 4711",
    said: [
      { text: "Anbei die Rechnung für den Törn.", from: "otto", fileNames: "Rechnung-4711.pdf", at: NOON - 9 * DAY_MS },
    ],
    status: "closed",
  },
  {
    subject: "",
    said: [{ text: "Moin, Jolle frei am Wochenende?", from: "otto" }],
    channel: "whatsapp",
    isOverdue: true,
  },
];

/** All pages of a list, each row once. */
async function whole<Row extends { id: string }>(
  read: (cursor: string | null) => Promise<{ page: Row[]; isDone: boolean; continueCursor: string }>,
): Promise<Row[]> {
  const found = new Map<string, Row>();
  for (let cursor: string | null = null; ;) {
    const { page, isDone, continueCursor } = await read(cursor);
    for (const row of page) found.set(row.id, row);
    if (isDone) return [...found.values()];
    cursor = continueCursor;
  }
}

describe("the lists of a search", () => {
  const lists = async () => {
    const world = await withTalks(TALKS);
    const { as, orgId } = world;
    const asked = (text: string, cursor: string | null) => ({ orgId, text, paginationOpts: { numItems: 1, cursor } });
    const { conversations, messages, files, contacts } = api.inbox.search.queries;
    return {
      ...world,
      threads: async (text: string) =>
        (await whole(async (cursor) => await as.query(conversations, asked(text, cursor)))).map((row) => row.subject),
      messages: async (text: string) =>
        (await whole(async (cursor) => await as.query(messages, asked(text, cursor)))).map((row) => row.snippet),
      files: async (text: string) =>
        (await whole(async (cursor) => await as.query(files, asked(text, cursor)))).map((row) => row.name),
      contacts: async (text: string) =>
        (await whole(async (cursor) => await as.query(contacts, asked(text, cursor)))).map((row) => row.name),
    };
  };

  it.each([
    ["Törn", ["Rechnung 4711", "Törn im Mai"]],
    ["Törn frei", ["Törn im Mai"]],
    ["4711", ["Rechnung 4711"]],
    ["#2", ["Rechnung 4711"]],
    ["from:otto", ["", "Rechnung 4711"]],
    ["from:me", ["Törn im Mai"]],
    ["subject:törn", ["Törn im Mai"]],
    ["tag:kurs", ["Törn im Mai"]],
    ["tag:kurs is:closed", []],
    ["is:open", ["", "Törn im Mai"]],
    ["is:closed", ["Rechnung 4711"]],
    ["channel:whatsapp", [""]],
    ["has:attachment", ["Rechnung 4711"]],
    ["to:anderswo", []],
    ["", []],
  ])("has all conversations for %j", async (text, subjects) => {
    const { t, threads } = await lists();
    expect((await threads(text)).sort()).toEqual(subjects);
    await inMutation(t, async (ctx) => {
      await ctx.db.insert("inboxWalks", { kind: "tags", after: NOON, isDone: true, workedAt: NOON });
    });
    expect((await threads(text)).sort()).toEqual(subjects);
  });

  it.each([
    ["Törn", ["Anbei die Rechnung für den Törn.", "Guten Tag, ist der Törn noch frei?", "Ja, es ist Platz."]],
    ["Törn from:otto", ["Anbei die Rechnung für den Törn."]],
    ["from:otto", ["Moin, Jolle frei am Wochenende?", "Anbei die Rechnung für den Törn."]],
    ["from:me", ["Ja, es ist Platz."]],
    ["tag:kurs Platz", ["Ja, es ist Platz."]],
    ["has:attachment", ["Anbei die Rechnung für den Törn."]],
  ])("has all messages for %j", async (text, snippets) => {
    const { messages } = await lists();
    const found = await messages(text);
    // Of an index over words only those that have one of them are found at all.
    expect(found.length).toBeGreaterThan(0);
    expect(snippets).toEqual(expect.arrayContaining(found));
    if (!text.startsWith("Törn")) expect(found).toEqual(snippets);
  });

  it("has names of files and people by name", async () => {
    const { files, contacts } = await lists();
    expect(await files("rechnung")).toEqual(["Rechnung-4711.pdf"]);
    expect(await files("has:attachment from:otto")).toEqual(["Rechnung-4711.pdf"]);
    expect(await files("has:attachment from:anna")).toEqual([]);
    expect(await contacts("otto")).toEqual(["Otto Beck"]);
    expect(await contacts("from:weber")).toEqual(["Anna Weber"]);
    expect(await contacts("is:open")).toEqual([]);
  });

  it("is shown nothing of by what lies out of sight", async () => {
    const { t, orgId } = await lists();
    const agent = await makeMember(t, orgId, "agent", "narrow");
    await inMutation(t, async (ctx) => {
      await ctx.db.patch("members", agent.memberId, { scope: { channelIds: [], teamIds: [] } });
    });
    const { conversations, messages, files } = api.inbox.search.queries;
    for (const text of ["Törn", "rechnung", "has:attachment", "is:open", "tag:Kurs", "#1"]) {
      for (const list of [conversations, messages, files]) {
        for (let cursor: string | null = null; ;) {
          const asked = { orgId, text, paginationOpts: { numItems: 10, cursor } };
          const result: { page: object[]; isDone: boolean; continueCursor: string } = await agent.as.query(list, asked);
          expect(result.page).toEqual([]);
          if (result.isDone) break;
          cursor = result.continueCursor;
        }
      }
    }
  });
});

describe("a search", () => {
  it.each([
    ["Törn", ["Rechnung 4711", "Törn im Mai"]],
    ["tör", ["Rechnung 4711", "Törn im Mai"]],
    ["Törn frei", ["Törn im Mai"]],
    ['"noch frei"', ["Törn im Mai"]],
    ['"frei noch"', []],
    ["frei -Jolle", ["Törn im Mai"]],
    ["4711", ["Rechnung 4711"]],
    ["#2", ["Rechnung 4711"]],
    ["from:otto Törn", ["Rechnung 4711"]],
    ["from:anna", ["Törn im Mai"]],
    ["from:otto@example.org", ["", "Rechnung 4711"]],
    ["from:me Platz", ["Törn im Mai"]],
    ["subject:törn", ["Törn im Mai"]],
    ["tag:kurs", ["Törn im Mai"]],
    ["Törn status:closed", ["Rechnung 4711"]],
    ["is:open", ["", "Törn im Mai"]],
    ["is:overdue", [""]],
    ["channel:whatsapp", [""]],
    ["assignee:me", ["Törn im Mai"]],
    ["assignee:nobody frei", [""]],
    ["has:attachment", ["Rechnung 4711"]],
    ["Rechnung-4711.pdf", ["Rechnung 4711"]],
    ["to:info@haff.example Jolle", [""]],
    ["to:anderswo Jolle", []],
    ["Törn before:2026-01-01", []],
    ["status:gone", []],
    ["", []],
  ])("for %j finds what it says", async (text, subjects) => {
    const { found } = await withTalks(TALKS);
    expect(await found(text)).toEqual(subjects);
  });

  it("goes by the days of the organisation's zone", async () => {
    const { found } = await withTalks(TALKS);
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    expect(await found(`Törn before:${day(NOON - DAY_MS)}`)).toEqual(["Rechnung 4711"]);
    expect(await found(`Törn after:${day(NOON)}`)).toEqual(["Törn im Mai"]);
    // The day's first minutes in Berlin are still the day before in UTC.
    expect(await found(`from:otto after:${day(NOON)}`)).toEqual([""]);
  });

  it("shows the words where they are, contacts, and what it did not understand", async () => {
    const { as, orgId } = await withTalks(TALKS);
    const result = await as.query(api.inbox.search.queries.find, { orgId, text: "Jolle is:blue" });
    expect(result.problems).toEqual(["is:blue"]);
    expect(result.threads[0]?.hit).toMatchObject({ snippet: "Moin, Jolle frei am Wochenende?", fileNames: [] });
    const people = await as.query(api.inbox.search.queries.find, { orgId, text: "Weber" });
    expect(people.contacts).toMatchObject([{ name: "Anna Weber", address: "anna@example.org" }]);
  });

  it("goes on where the first hits are all of one conversation, or of closed ones", async () => {
    const said = Array.from({ length: 45 }, () => ({ text: "Segel" }));
    const one = { subject: "Naht", said: [{ text: "Wer näht uns das große rote Segel in diesem Winter?" }] };
    const { found } = await withTalks(() => [{ subject: "Oft", said, status: "closed" }, one]);
    expect(await found("Segel")).toEqual(["Naht", "Oft"]);
    expect(await found("Segel is:open")).toEqual(["Naht"]);
    expect(await found("rote is:open")).toEqual(["Naht"]);
  });

  it("never shows another organisation's", async () => {
    const { t, orgId } = await withTalks(TALKS);
    const other = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, other, "admin", "stranger");
    const ask = async (org: Id<"organisations">) =>
      await stranger.as.query(api.inbox.search.queries.find, { orgId: org, text: "Törn" });
    expect(await ask(other)).toEqual({ threads: [], contacts: [], problems: [] });
    expect(await errorOf(ask(orgId))).toMatchObject({ code: "not_found" });
  });
});

it("finds by priority, type and team, in words' company and alone", async () => {
  const { t, orgId, as, found } = await withTalks(() => [
    { subject: "Törn", said: [{ text: "Törn" }], priority: "urgent", threadType: "technical_issue" },
    { subject: "Rechnung", said: [{ text: "Rechnung zum Törn" }], priority: "urgent" },
    { subject: "Jolle", said: [{ text: "Jolle" }], status: "closed", threadType: "technical_issue" },
  ]);
  const team = await inMutation(t, async (ctx) => {
    const teamId = await ctx.db.insert("teams", {
      orgId,
      name: "Front Desk",
      mode: "balanced",
      onlyOnline: false,
      isArchived: false,
    });
    const thread = (await ctx.db.query("threads").take(9)).find(({ subject }) => subject === "Rechnung");
    await patchThread(ctx, thread!, { teamId });
    return teamId;
  });
  expect(await found("priority:urgent")).toEqual(["Rechnung", "Törn"]);
  expect(await found("priority:urgent priority:low type:technical_issue")).toEqual(["Törn"]);
  expect(await found("type:technical_issue")).toEqual(["Jolle", "Törn"]);
  expect(await found('team:"front d"')).toEqual(["Rechnung"]);
  expect(await found("Törn team:none")).toEqual(["Törn"]);
  expect(await found("team:gone")).toEqual([]);
  const paginationOpts = { numItems: 10, cursor: null };
  const asked = { orgId, text: "team:front priority:urgent", paginationOpts };
  const { page } = await as.query(api.inbox.search.queries.conversations, asked);
  expect([page.map(({ subject }) => subject), team]).toEqual([["Rechnung"], team]);
});
