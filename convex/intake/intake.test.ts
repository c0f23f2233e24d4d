import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../tests/support/delivery";
import { HOOK_SECRET, mail, makeInbox, type Inbox } from "../../tests/support/inbox";
import { internal } from "../_generated/api";
import { sha256Hex } from "../lib/crypto";
import { retryDelayMs } from "./backoff";
import { basicPassword, channelPath } from "./basicAuth";
import { MAX_EMAIL_BYTES } from "./limits";
import { MAX_INLINE_BODY_CHARS, finishRawEvent, storeRawEvent } from "./model";

const DAY_MS = 24 * 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const rawEvents = async (t: Convex) => await t.run(async (ctx) => await ctx.db.query("rawEvents").take(200));
const messages = async (t: Convex) => await t.run(async (ctx) => await ctx.db.query("messages").take(200));
const basic = (password: string) => ({ Authorization: `Basic ${btoa(`postmark:${password}`)}` });

const PAYLOAD = {
  FromFull: { Email: "max@example.org", Name: "Max Muster" },
  ToFull: [{ Email: "info@haff.example", Name: "", MailboxHash: "" }],
  Subject: "Frage",
  MessageID: "73e6d360-66eb-11e1-8e72-a8904824019b",
  Date: "Tue, 12 May 2026 11:59:00 +0200",
  TextBody: "Hallo",
  Headers: [{ Name: "Message-ID", Value: "<m1@example.org>" }],
  Attachments: [{ Name: "a.txt", Content: btoa("Anhang"), ContentType: "text/plain" }],
};

async function post(
  t: Convex,
  { emailChannelId }: Inbox,
  body: string | Uint8Array<ArrayBuffer>,
  options: { headers?: HeadersInit; kind?: string; suffix?: string } = {},
) {
  const { headers = basic(HOOK_SECRET), kind = "postmark", suffix = "" } = options;
  return await t.fetch(`/hooks/email/${kind}/${emailChannelId}${suffix}`, { method: "POST", headers, body });
}

describe("Postmark's webhook", () => {
  it("stores, answers, and the mail is in the inbox with its file", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const response = await post(t, inbox, JSON.stringify(PAYLOAD));
    expect([response.status, await response.json()]).toEqual([200, { stored: true }]);
    // Attachments never lie in the row.
    expect((await rawEvents(t))[0]?.body.kind).toBe("file");
    await runJobs(t);
    expect(await messages(t)).toMatchObject([
      { text: "Hallo", externalMessageId: "m1@example.org", fileIds: [expect.any(String)] },
    ]);
    expect((await rawEvents(t))[0]?.state.kind).toBe("processed");
  });

  it("takes mail for an address that was opened, with the newest secret only", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const open = async () => await t.mutation(internal.intake.jobs.openMailbox, { address: " Info@haff.example" });
    const first = await open();
    const second = await open();
    expect(new URL(second.postmarkUrl).pathname).toBe(`/hooks/email/postmark/${inbox.emailChannelId}`);
    expect(new URL(second.rawEmailUrl).pathname).toBe(`/hooks/email/raw/${inbox.emailChannelId}`);
    const statusWith = async ({ secret }: { secret: string }) =>
      (await post(t, inbox, JSON.stringify(PAYLOAD), { headers: basic(secret) })).status;
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
    const unknown = t.mutation(internal.intake.jobs.openMailbox, { address: "nobody@haff.example" });
    await expect(unknown).rejects.toThrow("No inbox channel");
  });

  it("three times at once is one event and one message", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const body = JSON.stringify({ ...PAYLOAD, Attachments: [] });
    const answers = await Promise.all([1, 2, 3].map(() => post(t, inbox, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await runJobs(t);
    expect(await rawEvents(t)).toHaveLength(1);
    expect(await messages(t)).toHaveLength(1);
  });

  it("repeated leaves no second body behind in storage", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    for (let delivery = 0; delivery < 3; delivery++) await post(t, inbox, JSON.stringify(PAYLOAD));
    await runJobs(t);
    const stored = await t.run(async (ctx) => await ctx.db.system.query("_storage").take(200));
    // One body, the mail written out of it, one attachment.
    expect(stored).toHaveLength(3);
    expect(await messages(t)).toHaveLength(1);
  });

  it("takes the secret in the path too", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    expect((await post(t, inbox, JSON.stringify(PAYLOAD), { headers: {}, suffix: `/${HOOK_SECRET}` })).status).toBe(
      200,
    );
  });

  it.each([
    ["no proof", { headers: {} }],
    ["a wrong password", { headers: basic("wrong") }],
    ["a wrong secret in the path", { headers: {}, suffix: "/wrong" }],
    ["an empty password", { headers: basic("") }],
    ["another scheme", { headers: { Authorization: `Bearer ${HOOK_SECRET}` } }],
  ])("refuses %s and stores nothing", async (_, options) => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    expect((await post(t, inbox, JSON.stringify(PAYLOAD), options)).status).toBe(401);
    expect(await rawEvents(t)).toEqual([]);
  });

  it("answers the same for a channel that does not exist or takes no webhooks", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    for (const key of ["nonsense", inbox.smsChannelId]) {
      const answer = await t.fetch(`/hooks/email/postmark/${key}`, {
        method: "POST",
        headers: basic(HOOK_SECRET),
        body: "{}",
      });
      expect(answer.status).toBe(401);
    }
  });

  it.each([
    ["malformed JSON", "{", "body"],
    ["a list", "[]", "body"],
    ["no sender", JSON.stringify({ ...PAYLOAD, FromFull: undefined }), "From"],
  ])("answers %s with 422 and the field, and keeps it", async (_, body, field) => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const response = await post(t, inbox, body);
    expect([response.status, await response.json()]).toMatchObject([422, { code: "invalid", field }]);
    await runJobs(t);
    expect((await rawEvents(t))[0]?.state).toMatchObject({ kind: "rejected", field });
    expect(await messages(t)).toEqual([]);
  });

  it("stops Postmark's retries of what is too large with 403, and notes that it came", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const response = await post(t, inbox, new Uint8Array(MAX_EMAIL_BYTES + 1));
    expect(response.status).toBe(403);
    await runJobs(t);
    expect(await rawEvents(t)).toMatchObject([
      { cutFromBytes: MAX_EMAIL_BYTES + 1, state: { kind: "rejected", field: "From" } },
    ]);
  });

  it("shows who wrote what is too large", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const json = JSON.stringify({
      From: "Max <max@example.org>",
      Subject: "Fotos",
      Attachments: ["x".repeat(MAX_EMAIL_BYTES)],
    });
    expect((await post(t, inbox, json)).status).toBe(403);
    await runJobs(t);
    expect(await messages(t)).toMatchObject([
      { messageType: "incoming", subject: "Fotos" },
      { messageType: "system_notification", text: expect.stringContaining("18") as string },
    ]);
  });
});

describe("raw MIME", () => {
  it("is kept byte for byte and lands in the inbox", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const raw = mail({ From: "max@example.org", Subject: "Roh", "Message-ID": "<r1@example.org>" }, "Guten Tag");
    const response = await post(t, inbox, raw, { kind: "raw" });
    expect(response.status).toBe(200);
    const [event] = await rawEvents(t);
    expect(event).toMatchObject({ kind: "email_raw", dedupeKey: await sha256Hex(raw), body: { kind: "file" } });
    await runJobs(t);
    expect(await messages(t)).toMatchObject([{ text: "Guten Tag" }]);
  });

  it("that is empty is refused with the field", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const response = await post(t, inbox, "", { kind: "raw" });
    expect([response.status, await response.json()]).toMatchObject([422, { field: "body" }]);
  });
});

describe("a raw event", () => {
  const text = (body: string) => ({ kind: "text" as const, text: body });

  it("that keeps failing is retried with growing delays, then kept with the reason, then replayed", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const storageId = await t.run(async (ctx) => await ctx.storage.store(new Blob(["gone"])));
    await t.run(async (ctx) => await ctx.storage.delete(storageId));
    const { rawEventId } = await inMutation(t, async (ctx) =>
      storeRawEvent(ctx, {
        orgId: inbox.orgId,
        kind: "email_raw",
        sourceId: inbox.emailChannelId,
        dedupeKey: "x",
        body: { kind: "file", storageId, sizeBytes: 4 },
      }),
    );
    await runJobs(t);
    const failed = (await rawEvents(t))[0];
    expect(failed?.state).toMatchObject({ kind: "failed", attempts: 6, reason: "The stored e-mail is gone." });
    expect(Date.now() - NOON).toBeGreaterThanOrEqual(42 * 60_000);

    const raw = mail({ From: "max@example.org", Subject: "Nun doch" }, "Da");
    await t.run(async (ctx) => await ctx.db.patch("rawEvents", rawEventId, { body: text(raw) }));
    await t.mutation(internal.intake.jobs.replay, { rawEventId });
    await runJobs(t);
    expect((await rawEvents(t))[0]?.state.kind).toBe("processed");
    expect(await messages(t)).toHaveLength(1);
  });

  it("whose job was lost is swept up, but not while a retry is planned", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const event = {
      orgId: inbox.orgId,
      kind: "email_raw" as const,
      sourceId: "s",
      body: text(mail({ From: "max@example.org" }, "Da")),
    };
    await t.run(async (ctx) => {
      const planned = { kind: "received" as const, attempts: 4, dueAt: NOON + 60_000 };
      await ctx.db.insert("rawEvents", {
        ...event,
        dedupeKey: "lost",
        receivedAt: NOON - DAY_MS,
        state: { kind: "received" },
      });
      await ctx.db.insert("rawEvents", { ...event, dedupeKey: "planned", receivedAt: NOON - DAY_MS, state: planned });
    });
    await t.mutation(internal.intake.jobs.sweep, {});
    await runJobs(t);
    const states = Object.fromEntries((await rawEvents(t)).map(({ dedupeKey, state }) => [dedupeKey, state.kind]));
    expect(states).toEqual({ lost: "processed", planned: "received" });
  });

  it("is removed 30 days after processing, 90 when it was rejected, with its file", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const base = { orgId: inbox.orgId, kind: "email_raw" as const, sourceId: "s" };
    await t.run(async (ctx) => {
      const storageId = await ctx.storage.store(new Blob(["x"]));
      const done = { kind: "processed" as const, at: 0, result: "" };
      const refused = { kind: "rejected" as const, at: 0, code: "invalid", reason: "" };
      const file = { kind: "file" as const, storageId, sizeBytes: 1 };
      await ctx.db.insert("rawEvents", {
        ...base,
        dedupeKey: "old",
        receivedAt: NOON - 31 * DAY_MS,
        state: done,
        body: file,
      });
      await ctx.db.insert("rawEvents", {
        ...base,
        dedupeKey: "new",
        receivedAt: NOON - 29 * DAY_MS,
        state: done,
        body: text(""),
      });
      await ctx.db.insert("rawEvents", {
        ...base,
        dedupeKey: "kept",
        receivedAt: NOON - 31 * DAY_MS,
        state: refused,
        body: text(""),
      });
      await ctx.db.insert("rawEvents", {
        ...base,
        dedupeKey: "gone",
        receivedAt: NOON - 91 * DAY_MS,
        state: refused,
        body: text(""),
      });
    });
    await t.mutation(internal.intake.jobs.prune, {});
    expect((await rawEvents(t)).map(({ dedupeKey }) => dedupeKey)).toEqual(["new", "kept"]);
    expect(await t.run(async (ctx) => await ctx.db.system.query("_storage").take(200))).toEqual([]);
  });

  it("keeps its first result, and a body too long for a row is refused", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const base = { orgId: inbox.orgId, kind: "sms_sandbox" as const, sourceId: "s", dedupeKey: "x" };
    const { rawEventId } = await inMutation(t, async (ctx) => storeRawEvent(ctx, { ...base, body: text("{}") }));
    expect(await inMutation(t, (ctx) => finishRawEvent(ctx, rawEventId, { kind: "processed", result: "first" }))).toBe(
      true,
    );
    expect(await inMutation(t, (ctx) => finishRawEvent(ctx, rawEventId, { kind: "processed", result: "second" }))).toBe(
      false,
    );
    expect((await rawEvents(t))[0]?.state).toMatchObject({ result: "first" });
    const long = text("x".repeat(MAX_INLINE_BODY_CHARS + 1));
    await expect(inMutation(t, (ctx) => storeRawEvent(ctx, { ...base, dedupeKey: "y", body: long }))).rejects.toThrow(
      "too long",
    );
  });
});

describe("pure parts", () => {
  it("delays grow and end", () => {
    const delays = [1, 2, 3, 4, 5].map(retryDelayMs);
    expect(delays).toEqual([...delays].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(retryDelayMs(6)).toBeNull();
  });
  it.each([
    [`Basic ${btoa("user:pass:word")}`, "pass:word"],
    [`basic ${btoa(":x")}`, "x"],
    [`Basic ${btoa("nocolon")}`, null],
    ["Basic %%%", null],
    ["Bearer abc", null],
    [null, null],
  ])("password of %j is %j", (header, password) => expect(basicPassword(header)).toBe(password));
  it("reads channel and secret of a path", () => {
    expect(channelPath("/h/abc/s3cret", "/h/")).toEqual({ channelKey: "abc", secret: "s3cret" });
    expect(channelPath("/h/abc/", "/h/")).toEqual({ channelKey: "abc", secret: null });
    expect(channelPath("/h/", "/h/")).toEqual({ channelKey: "", secret: null });
  });
});
