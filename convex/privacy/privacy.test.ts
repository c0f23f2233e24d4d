import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { allRows, inMutation, queueText, runJobs, type Convex } from "../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, type Inbox } from "../../tests/support/inbox";
import { mailWithLink, postForm } from "../../tests/support/links";
import { errorOf, localIdentity, makeMember } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import { noteReaction } from "../inbox/chats/model";
import { recordConsent } from "../contacts/consents/model";
import { resolveContact } from "../contacts/model";
import { suppress, suppressionOf } from "../contacts/suppressions/model";
import { proofKeptUntil } from "../orgs/retention/rules";
import { ERASURE_DELAY_MS } from "./model";

const NOW = Date.UTC(2026, 4, 12, 10);
const TRACES = ["Max Muster", "max@example.org", "+4915112345678", "Mein Geheimnis", "203.0.113.7"];

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

const me = () => t.withIdentity(localIdentity("admin"));
const ids = () => ({ orgId: inbox.orgId, contactId: inbox.contactId });
const requests = async () =>
  (await me().query(api.privacy.queries.requests, { ...ids(), paginationOpts: { numItems: 10, cursor: null } })).page;
const erase = async () => {
  const requestId = await me().mutation(api.privacy.mutations.requestErasure, {
    ...ids(),
    note: "Brief vom 3. Mai",
    confirmedName: "Max Muster",
  });
  await runJobs(t);
  return requestId;
};

/** A person with a conversation, an answer, a draft, a booking mail, a refused mail, a consent and a link. */
async function liveALife() {
  const { orgId, contactId, as } = inbox;
  await inMutation(t, (ctx) =>
    recordConsent(ctx, {
      orgId,
      contactId,
      channel: "email",
      purpose: "marketing",
      state: "granted",
      wordingVersion: "v1",
      wordingText: "Ja, Werbung bitte",
      source: "form",
      proof: { reference: "form-1" },
      reason: "Max Muster sagte das am Telefon",
    }),
  );
  await deliverMail(t, inbox, mail(MAX_MAIL, "Mein Geheimnis ist 42."));
  await deliverText(t, inbox, { from: "+4915112345678", text: "Mein Geheimnis per SMS", id: "s1" });
  const [thread] = await allRows(t, "threads");
  const threadId = thread!._id;
  await as.mutation(api.inbox.mutations.reply, {
    orgId,
    threadId,
    text: "Hallo Max Muster",
    close: false,
    clientId: "c",
  });
  await as.mutation(api.inbox.mutations.addNote, { orgId, threadId, text: "Max Muster ist nett", clientId: "n" });
  await as.mutation(api.inbox.mutations.saveDraft, {
    orgId,
    threadId,
    mode: "reply",
    doc: '{"text":"Mein Geheimnis"}',
  });
  await runJobs(t);
  await mailWithLink(t, inbox, "link-token");
  const { queueId } = await queueText(t, inbox, { idempotencyKey: "refused", dueAt: NOW });
  await inMutation(t, async (ctx) => {
    const row = await ctx.db.get("messageQueue", queueId);
    const failure = { class: "permanent", reason: "550 no such user max@example.org" } as const;
    const of = { orgId, queueId, number: 1, connectionId: inbox.connections.email, provider: "sandbox" } as const;
    await ctx.db.insert("attempts", { ...of, startedAt: NOW, outcome: { kind: "refused", failure } });
    const decision = { orgId, queueId, at: NOW, stage: "retry", rule: "x", outcome: "dead" } as const;
    await ctx.db.insert("decisions", { ...decision, inputs: { reason: "max@example.org is unknown" } });
    await ctx.db.patch("messageQueue", row!._id, {
      state: { kind: "dead", at: NOW, failure },
      group: "failed",
      address: "max@example.org",
    });
    const receipt = { orgId, queueId, kind: "opened", at: NOW, dedupeKey: "r1" } as const;
    await ctx.db.insert("receipts", { ...receipt, ip: "203.0.113.7", userAgent: "Browser" });
    await ctx.db.insert("inboundWindows", { orgId, contactId, connectionId: of.connectionId, lastInboundAt: NOW });
    const [event] = await ctx.db.query("domainEvents").take(1);
    const rated = { orgId, contactId, threadId, channel: "email", eventId: event!._id, locale: "de" } as const;
    const answer = { state: { kind: "answered", at: NOW }, ratings: { nps: 9 }, comment: "Gruß, Max Muster" } as const;
    await ctx.db.insert("surveys", { ...rated, ...answer, measures: ["nps"], tokenHash: "abc" });
    await ctx.db.insert("orders", { orgId, contactId, number: "Muster-1", key: "muster-1", status: "offen" });
    const linkId = await ctx.db.insert("bookkeepingLinks", { orgId, contactId, externalId: "sevdesk-7" });
    await ctx.db.insert("bookkeepingReports", { orgId, linkId, text: "delivered", dueAt: NOW, attempts: 0 });
  });
  await queueText(t, inbox, { idempotencyKey: "later", dueAt: NOW + 40 * 24 * 3_600_000 });
}

/** Somebody who turned out to be the same person, with something said under their other address. */
async function mergeAnother() {
  const { orgId } = inbox;
  const mergedId = await inMutation(t, async (ctx) => {
    const other = await resolveContact(ctx, { orgId, name: "Maximilian Muster", email: "maxi@example.net" });
    const said = { orgId, contactId: other._id, channel: "email", purpose: "service", state: "granted" } as const;
    await recordConsent(ctx, { ...said, wordingVersion: "v1", source: "form" });
    return other._id;
  });
  await me().mutation(api.contacts.merges.mutations.merge, { orgId, keptId: inbox.contactId, mergedId, taken: [] });
  return mergedId;
}

describe("a person who was two contacts", () => {
  it("is erased as both, and nothing is left to undo the merge with", async () => {
    const mergedId = await mergeAnother();
    const aboutMerged = { orgId: inbox.orgId, contactId: mergedId, note: "", confirmedName: "Maximilian Muster" };
    const refused = errorOf(me().mutation(api.privacy.mutations.requestErasure, aboutMerged));
    expect(await refused).toMatchObject({ code: "conflict", field: "contactId" });
    await erase();
    const contacts = await allRows(t, "contacts");
    expect(contacts.map(({ name, erasedAt }) => [name, erasedAt !== undefined])).toEqual([
      ["", true],
      ["", true],
    ]);
    expect((await allRows(t, "consents")).every(({ keepUntil }) => keepUntil !== undefined)).toBe(true);
    const kept = JSON.stringify([await allRows(t, "contactMerges"), await allRows(t, "contactMergeMoves")]);
    expect(kept).not.toContain("Muster");
    expect(await allRows(t, "contactMergeMoves")).toEqual([]);
  });
});

describe("an export", () => {
  it("has everything that is known, as one file that can be fetched", async () => {
    await liveALife();
    await me().mutation(api.privacy.mutations.requestExport, { ...ids(), note: "Mail vom 1. Mai" });
    await t.finishInProgressScheduledFunctions();
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
    const [request] = await requests();
    expect(request).toMatchObject({ kind: "export", state: { kind: "done" }, note: "Mail vom 1. Mai" });
    const state = request!.state;
    const storageId = state.kind === "done" ? state.storageId : undefined;
    const text = await t.run(async (ctx) => await (await ctx.storage.get(storageId!))!.text());
    const file = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    expect(Object.keys(file)).toEqual([
      "format",
      "exportedAt",
      "contactId",
      "profile",
      "consents",
      "orders",
      "bookings",
      "journeys",
      "conversations",
      "messages",
      "reactions",
      "deliveryReports",
      "surveys",
      "bookkeeping",
      "files",
    ]);
    expect(file.profile).toMatchObject([{ name: "Max Muster", addresses: [{ address: "max@example.org" }, {}, {}] }]);
    expect(file.consents).toMatchObject([{ wordingText: "Ja, Werbung bitte" }]);
    expect(file.orders).toMatchObject([{ number: "Muster-1", status: "offen" }]);
    for (const words of [
      "Mein Geheimnis ist 42.",
      "Mein Geheimnis per SMS",
      "Hallo Max Muster",
      "Max Muster ist nett",
    ]) {
      expect(JSON.stringify(file.conversations)).toContain(words);
    }
    expect(file.messages!.length).toBe(4);
    expect(text).not.toContain("tokenHash");
  });

  it("has what the person reacted with to messages that no conversation shows", async () => {
    const { orgId } = inbox;
    const journey = { sequenceId: "s", enrolmentId: "e", stepId: "1", stepRunId: "r", bookingId: "b" };
    const answer = { threadId: "t", messageId: "m", memberId: "n" };
    const another = await inMutation(t, (ctx) => resolveContact(ctx, { orgId, name: "Eva", email: "eva@example.org" }));
    const sent = async (targetId: string, emojis: string[], of: Partial<Parameters<typeof queueText>[2]> = {}) => {
      const source = { kind: "sequence", ...journey } as const;
      const { queueId } = await queueText(t, inbox, { idempotencyKey: targetId, source, ...of });
      await inMutation(t, async (ctx) => {
        await ctx.db.patch("messageQueue", queueId, { routedChannel: "whatsapp", providerMessageId: targetId });
        for (const [at, emoji] of emojis.entries()) await noteReaction(ctx, { orgId, targetId, emoji, at: NOW + at });
      });
      return queueId;
    };
    const messageId = await sent("wamid.1", ["😮", "👍"]);
    await sent("wamid.2", ["😢", ""]);
    await sent("wamid.3", []);
    await sent("wamid.4", ["😢"], { contactId: another._id });
    await sent("wamid.5", ["😢"], { source: { kind: "agent", ...answer } });
    const page = await t.query(internal.inbox.privacy.jobs.reactions, { ...ids(), cursor: null });
    expect(page.cursor).toBe(null);
    expect(JSON.parse(page.rows)).toEqual([{ messageId, message: "Hallo", emoji: "👍", at: NOW + 1 }]);
  });

  it("ends after a week, bytes and all", async () => {
    await me().mutation(api.privacy.mutations.requestExport, { ...ids(), note: "" });
    await runJobs(t);
    vi.setSystemTime(Date.now() + 8 * 24 * 3_600_000);
    await t.mutation(internal.privacy.jobs.sweep, {});
    expect(await requests()).toMatchObject([{ state: { kind: "expired" }, url: null }]);
    expect(await t.run(async (ctx) => await ctx.db.system.query("_storage").take(10))).toEqual([]);
  });
});

describe("an erasure", () => {
  it("takes a person out everywhere, and leaves log and proof", async () => {
    await liveALife();
    const before = await allRows(t, "messageQueue");
    await erase();
    expect(await requests()).toMatchObject([{ kind: "erasure", state: { kind: "done" }, contact: { name: "" } }]);
    const tables = [
      "contacts",
      "contactAddresses",
      "threads",
      "messages",
      "drafts",
      "messageQueue",
      "messageBodies",
      "attempts",
      "decisions",
      "receipts",
      "unsubscribeTokens",
      "sandboxMessages",
      "surveys",
      "suppressions",
      "consents",
    ] as const;
    for (const table of tables) {
      const text = JSON.stringify(await allRows(t, table as "contacts"));
      for (const trace of TRACES) expect.soft(text.includes(trace), `${trace} in ${table}`).toBe(false);
    }
    for (const table of ["inboundWindows", "bookkeepingLinks", "bookkeepingReports"] as const) {
      expect(await allRows(t, table as "contacts"), table).toEqual([]);
    }
    const after = await allRows(t, "messageQueue");
    expect(after.map(({ _id }) => _id)).toEqual(before.map(({ _id }) => _id));
    expect(after.find(({ idempotencyKey }) => idempotencyKey === "later")?.state).toMatchObject({
      kind: "cancelled",
      reason: "contact_erased",
    });
    const consents = await allRows(t, "consents");
    expect(consents).toMatchObject([
      { state: "granted", wordingText: "Ja, Werbung bitte", keepUntil: proofKeptUntil(NOW) },
    ]);
    expect((await t.fetch("/p/link-token", { method: "GET" })).status).toBe(404);
  });

  it("keeps a keyed hash: whoever comes back is served and not advertised to", async () => {
    const scope = { orgId: inbox.orgId, channel: "email", address: "max@example.org" } as const;
    await inMutation(t, (ctx) => suppress(ctx, { ...scope, purpose: "marketing", reason: "complaint", note: "Max" }));
    await erase();
    const again = await inMutation(t, (ctx) =>
      resolveContact(ctx, { orgId: inbox.orgId, name: "Max Muster", email: "max@example.org" }),
    );
    expect(again._id).not.toBe(inbox.contactId);
    const reason = async (purpose: "marketing" | "transactional") =>
      (await inMutation(t, (ctx) => suppressionOf(ctx, { ...scope, purpose })))?.reason ?? null;
    expect(await reason("marketing")).not.toBeNull();
    expect(await reason("transactional")).toBeNull();
  });

  it("changes nothing more when it runs again, or is taken up in the middle", async () => {
    await liveALife();
    const requestId = await erase();
    const snapshot = async () =>
      JSON.stringify([
        await allRows(t, "messages"),
        await allRows(t, "messageQueue"),
        await allRows(t, "suppressions"),
      ]);
    const first = await snapshot();
    await inMutation(t, (ctx) =>
      ctx.db.patch("dataRequests", requestId, { state: { kind: "running", part: 0, cursor: null, rows: 0, at: NOW } }),
    );
    vi.setSystemTime(Date.now() + 3_600_000);
    await t.mutation(internal.privacy.jobs.sweep, {});
    await runJobs(t);
    expect((await requests())[0]?.state.kind).toBe("done");
    expect(await snapshot()).toBe(first);
  });

  it("can be called off for a moment, and not after", async () => {
    const requestId = await me().mutation(api.privacy.mutations.requestErasure, {
      ...ids(),
      note: "",
      confirmedName: " Max Muster ",
    });
    const cancel = () => me().mutation(api.privacy.mutations.cancelErasure, { orgId: inbox.orgId, requestId });
    expect(await errorOf(erase())).toMatchObject({ code: "conflict" });
    vi.setSystemTime(NOW + ERASURE_DELAY_MS - 1);
    await cancel();
    await runJobs(t);
    expect(await requests()).toMatchObject([{ state: { kind: "cancelled" } }]);
    expect((await allRows(t, "contacts"))[0]?.name).toBe("Max Muster");
    expect(await errorOf(cancel())).toMatchObject({ code: "conflict" });
  });

  it("wants the name typed, and the right to", async () => {
    const call = me().mutation(api.privacy.mutations.requestErasure, { ...ids(), note: "", confirmedName: "Max" });
    expect(await errorOf(call)).toMatchObject({ code: "invalid", field: "confirmedName" });
    const { as } = await makeMember(t, inbox.orgId, "manager");
    const refused = as.mutation(api.privacy.mutations.requestExport, { ...ids(), note: "" });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });

  it("keeps proofs for the limitation period and no longer", async () => {
    await liveALife();
    await inbox.as.mutation(api.tracking.optIn.mutations.request, { ...ids(), channel: "sms", topic: "news" });
    await erase();
    expect(JSON.stringify(await allRows(t, "optInRequests"))).not.toContain("+49151");
    await t.mutation(internal.contacts.consents.jobs.prune, {});
    expect(await allRows(t, "optInRequests")).toHaveLength(1);
    vi.setSystemTime(proofKeptUntil(NOW) + 1);
    await t.mutation(internal.contacts.consents.jobs.prune, {});
    expect([...(await allRows(t, "consents")), ...(await allRows(t, "optInRequests"))]).toEqual([]);
  });

  it("ends the links of confirmations that were never made", async () => {
    await inbox.as.mutation(api.tracking.optIn.mutations.request, { ...ids(), channel: "email", topic: "news" });
    const [body] = await allRows(t, "messageBodies");
    const link = /\/c\/[\w-]+/.exec(body?.content.kind === "finished" ? body.content.text : "")?.[0] ?? "";
    await erase();
    expect((await postForm(t, link)).status).toBe(404);
  });
});
