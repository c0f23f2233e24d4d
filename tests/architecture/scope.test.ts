import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { setupConvex } from "../support/convex.ts";
import {
  declaredFunctions,
  mutationReference,
  namesTable,
  queryReference,
  sampleValue,
  type DeclaredFunction,
} from "./functions.ts";
import { fillEveryTable, isEmptyAnswer, makeOrganisation, rowsOf, type Convex } from "./rows.ts";

// Product.md A-51: a conversation outside of a member's channels and teams is as if it did not exist, for every function
// there is and every one that will be written.

const ISSUER = process.env.CONVEX_SITE_URL ?? "";
const CALLER = { issuer: ISSUER, subject: "caller|session" };
/** Stands in everything that is said in the conversation. */
const SECRET = "Verborgenes Anliegen";
/** Rows that belong to one conversation: who names one of them names it. */
const OF_A_THREAD = ["threads", "messages", "threadMerges", "tasks", "messageQueue"] as const;

const functions = (await declaredFunctions()).filter(
  (fn) => fn.isPublic && fn.args.type === "object" && fn.args.value.orgId?.fieldType.type === "id",
);
const naming = functions.filter((fn) => OF_A_THREAD.some((table) => namesTable(fn.args, table)));
const queries = functions.filter((fn) => fn.type === "query");

let t: Convex;
let orgId: Id<"organisations">;
let rows: Map<string, string>;
let callerId: Id<"members">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrganisation(t, "us");
  rows = await fillEveryTable(t, orgId);
  callerId = await t.run(async (ctx) => {
    const personId = await ctx.db.insert("people", { authKey: "local:caller", name: "Caller" });
    const scope = { channelIds: [], teamIds: [] };
    const fields = { role: "agent", status: "active", displayName: "Caller", scope } as const;
    return await ctx.db.insert("members", { orgId, personId, ...fields });
  });
  await tellSecret();
});

const idOf = (table: string) => rows.get(table) ?? "missing";

/** One open conversation with a message, a task, a planned answer and news about it, all saying the secret. */
async function tellSecret(): Promise<void> {
  await t.run(async (ctx) => {
    const threadId = idOf("threads") as Id<"threads">;
    const messageId = idOf("messages") as Id<"messages">;
    const contactId = idOf("contacts") as Id<"contacts">;
    const said = { subject: SECRET, lastMessagePreview: SECRET, tags: [SECRET] };
    await ctx.db.patch("threads", threadId, { ...said, isOpen: true, number: 1, contactId, isOverdue: true });
    await ctx.db.patch("messages", messageId, { text: SECRET });
    const links = { threadId, queueIds: [] };
    await ctx.db.patch("tasks", idOf("tasks") as Id<"tasks">, { title: SECRET, description: SECRET, links });
    const source = { kind: "agent", threadId, messageId, memberId: "x" } as const;
    const queued = { source, subject: SECRET, sourceLabel: SECRET, dueAt: Date.now() + 1e6, group: "waiting" } as const;
    await ctx.db.patch("messageQueue", idOf("messageQueue") as Id<"messageQueue">, { ...queued, contactId });
    await ctx.db.patch("heldReplies", idOf("heldReplies") as Id<"heldReplies">, { kind: "later", messageId });
    const target = { kind: "thread", threadId } as const;
    await ctx.db.patch("notifications", idOf("notifications") as Id<"notifications">, { target, memberId: callerId });
  });
}

async function seeEverything(): Promise<void> {
  await t.run(async (ctx) => await ctx.db.patch("members", callerId, { scope: undefined }));
}

async function call(fn: DeclaredFunction): Promise<unknown> {
  const sample = sampleValue(fn.args, { idOf, optionalIds: false }) as Record<string, unknown>;
  // What searches for something searches for the secret.
  const args = { ...sample, ...("text" in sample ? { text: SECRET } : {}), orgId };
  const caller = t.withIdentity(CALLER);
  return fn.type === "query"
    ? await caller.query(queryReference(fn.name), args)
    : await caller.mutation(mutationReference(fn.name), args);
}

/** The answer, or the code it was refused with. */
async function answerOf(fn: DeclaredFunction): Promise<{ answer: unknown } | { code: string }> {
  try {
    return { answer: await call(fn) };
  } catch (error) {
    if (error instanceof ConvexError) return { code: (error as ConvexError<{ code: string }>).data.code };
    throw error;
  }
}

describe("a conversation out of sight", () => {
  it("finds functions to try", () => expect(naming.length).toBeGreaterThan(30));

  it.each(naming.map((fn) => [fn.name, fn] as const))("%s treats it like a missing one", async (_, fn) => {
    const before = await rowsOf(t, orgId);
    const given = await answerOf(fn);
    if ("code" in given) expect(["not_found", "forbidden"]).toContain(given.code);
    else expect(isEmptyAnswer(given.answer)).toBe(true);
    expect(await rowsOf(t, orgId)).toEqual(before);
  });

  it.each(queries.map((fn) => [fn.name, fn] as const))("%s tells nothing of it", async (_, fn) => {
    // Rows of the smallest values may break another rule of a function; what counts is what it tells.
    const given = JSON.stringify(await answerOf(fn).catch(() => null));
    expect(given).not.toContain(SECRET);
    expect(given).not.toContain(idOf("threads"));
    expect(given).not.toContain(idOf("messages"));
  });
});

const SHOWING = [
  "inbox/queries:listThreads",
  "inbox/queries:getThread",
  "inbox/queries:listMessages",
  "inbox/queries:searchThreads",
  "inbox/ofContact/queries:threads",
  "inbox/search/queries:find",
  "inbox/sending/queries:planned",
  "delivery/queries:listQueue",
  "sequences/lane/queries:ofContact",
  "notifications/queries:list",
  "tasks/queries:list",
  "tasks/queries:latest",
  "tasks/queries:inView",
];

describe("the same conversation in sight", () => {
  it.each(SHOWING)("%s shows it", async (name) => {
    await seeEverything();
    const fn = functions.find((each) => each.name === name);
    if (fn === undefined) throw new Error(`${name} is gone: name what shows a conversation now.`);
    const given = await answerOf(fn);
    expect("code" in given ? given.code : "shown").toBe("shown");
    expect(JSON.stringify(given)).toContain(SECRET);
  });
});
