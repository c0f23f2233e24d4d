import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { agreeToWhatsApp, inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { saveRegistration } from "../../delivery/whatsappTemplates/model";
import { noteInbound } from "../../delivery/windows/model";
import { HOUR_MS } from "../../lib/time";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const TEXT = {
  name: "Rückruf",
  category: "customer_service",
  channelType: "any",
  businessEntity: "all",
  locale: "de",
  threadTypes: [],
  subject: "",
  body: "Guten Tag {{firstName}}, wir melden uns um {{hour}}.",
  variables: [],
} as const;
const SNIPPET = { ...TEXT, name: "Gruß", body: "Viele Grüße", isSnippet: true, isPrivate: false };

async function withThread(channel: "email" | "whatsapp" = "email") {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { as, orgId } = inbox;
  if (channel === "email") await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  else await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "w1", channel: "whatsapp" });
  const thread = (await rows(t, "threads"))[0]!;
  const ids = { orgId, threadId: thread._id };
  const create = async (more: object = {}) =>
    await as.mutation(api.templates.mutations.create, {
      orgId,
      ...TEXT,
      threadTypes: [],
      variables: [],
      isSnippet: false,
      isPrivate: false,
      ...more,
    });
  const answer = (more: object) => ({
    ...ids,
    text: "Guten Tag",
    close: false,
    clientId: crypto.randomUUID(),
    ...more,
  });
  const usage = async (templateId: Id<"templates">) =>
    (await as.query(api.templates.queries.get, { orgId, templateId })).usageCount;
  return { t, inbox, as, orgId, thread, ids, create, answer, usage };
}

describe("templates and snippets", () => {
  it("made for the state of the conversation's order come first, and are said to be suggested", async () => {
    const { t, as, orgId, thread, ids, create } = await withThread();
    await create({ name: "Allgemein" });
    const templateId = await create({ name: "Unterwegs", orderStates: [" Versandt ", "versandt", ""] });
    const offered = async () =>
      (await as.query(api.inbox.composing.queries.offered, { ...ids, mode: "reply" })).map(
        ({ name, isSuggested }) => [name, isSuggested] as const,
      );
    const unsuggested = [
      ["Allgemein", false],
      ["Unterwegs", false],
    ];
    expect(await offered()).toEqual(unsuggested);
    const contactId = thread.contactId!;
    await inMutation(t, async (ctx) => {
      await ctx.db.insert("orders", { orgId, contactId, number: "A-7", key: "a-7", status: "VERSANDT" });
      await ctx.db.patch("threads", thread._id, { orderRef: "A-7" });
    });
    expect(await offered()).toEqual([
      ["Unterwegs", true],
      ["Allgemein", false],
    ]);
    const { orderStates } = await as.query(api.templates.queries.get, { orgId, templateId });
    expect(orderStates).toEqual(["Versandt"]);
    const tooMany = create({ name: "Zu viele", orderStates: Array.from({ length: 21 }, (_, index) => `s${index}`) });
    expect(await errorOf(tooMany)).toMatchObject({ code: "invalid", field: "orderStates" });
  });

  it("are offered with their text and values, one's own among them and nobody else's", async () => {
    const { t, as, orgId, ids, create } = await withThread();
    await create();
    await create({ ...SNIPPET, name: "Nur ich", isPrivate: true });
    const { as: other } = await makeMember(t, orgId, "agent", "bea");
    await other.mutation(api.templates.mutations.create, {
      orgId,
      ...SNIPPET,
      name: "Nur Bea",
      isPrivate: true,
      threadTypes: [],
      variables: [],
    });
    const offered = await as.query(api.inbox.composing.queries.offered, { ...ids, mode: "reply" });
    expect(offered.map(({ name }) => name).toSorted()).toEqual(["Nur ich", "Rückruf"]);
    expect(await as.query(api.bookings.writing.queries.values, ids)).toMatchObject({
      firstName: "Max",
      threadNumber: "1",
      email: "max@example.org",
    });
  });

  it("count once an answer leaves, not when it is taken back, and stay with the message", async () => {
    const { t, as, ids, create, answer, usage } = await withThread();
    const templateId = await create();
    const held = answer({ templateId, isUndoable: true });
    await as.mutation(api.inbox.mutations.reply, held);
    await as.mutation(api.inbox.sending.mutations.undo, { ...ids, clientId: held.clientId });
    expect(await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" })).toMatchObject({
      parts: { templateId },
    });
    await runJobs(t);
    expect(await usage(templateId)).toBe(0);
    const again = answer({ templateId, isUndoable: true });
    await as.mutation(api.inbox.mutations.reply, again);
    await as.mutation(api.inbox.mutations.reply, again);
    expect(await usage(templateId)).toBe(0);
    await runJobs(t);
    expect(await usage(templateId)).toBe(1);
    expect((await rows(t, "messages")).at(-1)).toMatchObject({ templateId });
  });

  it("stop an answer that still lacks a value, with the value's name", async () => {
    const { as, answer } = await withThread();
    const refused = as.mutation(api.inbox.mutations.reply, answer({ text: "Wir melden uns um ⟦hour⟧." }));
    expect(await errorOf(refused)).toMatchObject({
      code: "invalid",
      field: "text",
      message: expect.stringContaining("hour"),
    });
  });

  it("are changed by new versions, and kept back", async () => {
    const { as, orgId, ids, create } = await withThread();
    const templateId = await create();
    const change = { orgId, ...TEXT, threadTypes: [], variables: [], templateId };
    await as.mutation(api.templates.mutations.change, { ...change, name: "Anruf" });
    const version = async () => (await as.query(api.templates.queries.get, { orgId, templateId })).version;
    expect(await version()).toMatchObject({ number: 1 });
    await as.mutation(api.templates.mutations.change, { ...change, body: "Neu" });
    expect(await version()).toMatchObject({ number: 2, body: "Neu" });
    await as.mutation(api.templates.mutations.setActive, { orgId, templateId, isActive: false });
    expect(await as.query(api.inbox.composing.queries.offered, { ...ids, mode: "reply" })).toEqual([]);
  });

  it("are the team's only for those who may edit templates; one's own snippets are everybody's right", async () => {
    const { t, as: admin, orgId, create, answer } = await withThread();
    const { as: agent } = await makeMember(t, orgId, "agent", "bea");
    const { as: viewer } = await makeMember(t, orgId, "viewer", "vera");
    const own = { orgId, ...SNIPPET, threadTypes: [], variables: [], isPrivate: true };
    expect(await errorOf(agent.mutation(api.templates.mutations.create, { ...own, isPrivate: false }))).toMatchObject({
      code: "forbidden",
    });
    expect(await errorOf(viewer.mutation(api.templates.mutations.create, own))).toMatchObject({ code: "forbidden" });
    const templateId = await agent.mutation(api.templates.mutations.create, own);
    // Not even an admin sees or sends somebody's own snippet.
    expect(await errorOf(admin.query(api.templates.queries.get, { orgId, templateId }))).toMatchObject({
      code: "not_found",
    });
    expect(await errorOf(admin.mutation(api.inbox.mutations.reply, answer({ templateId })))).toMatchObject({
      code: "not_found",
    });
    expect(await errorOf(create({ isPrivate: true }))).toMatchObject({ code: "invalid", field: "isPrivate" });
  });

  it.each([
    ["name", { name: " " }],
    ["body", { body: "⟦x⟧" }],
    ["body", { body: "{{open" }],
    ["locale", { locale: "??" }],
    ["subject", { subject: "a\nb" }],
  ])("with a wrong %s are refused at the field", async (field, more) => {
    const { create } = await withThread();
    expect(await errorOf(create(more))).toMatchObject({ code: "invalid", field });
  });

  it("of another organisation are not found", async () => {
    const { t, as, answer } = await withThread();
    const foreign = await makeOrg(t, "Fremd");
    const { as: stranger } = await makeMember(t, foreign, "admin", "fremd");
    const templateId = await stranger.mutation(api.templates.mutations.create, {
      orgId: foreign,
      ...SNIPPET,
      threadTypes: [],
      variables: [],
    });
    expect(await errorOf(as.mutation(api.inbox.mutations.reply, answer({ templateId })))).toMatchObject({
      code: "not_found",
    });
  });

  it("of a brand are offered in its conversations only", async () => {
    const { t, as, ids, thread, create } = await withThread();
    await create({ businessEntity: "laderthuis" });
    const offered = async () => (await as.query(api.inbox.composing.queries.offered, { ...ids, mode: "reply" })).length;
    expect(await offered()).toBe(0);
    await inMutation(t, (ctx) => ctx.db.patch("channels", thread.channelId!, { businessEntity: "laderthuis" }));
    expect(await offered()).toBe(1);
  });
});

describe("WhatsApp's 24 hours", () => {
  async function withMeta() {
    const world = await withThread("whatsapp");
    const { t, inbox, orgId, thread, create } = world;
    await agreeToWhatsApp(t, inbox);
    const templateId = await create({ name: "Erinnerung", channelType: "whatsapp_business" });
    const contactId = thread.contactId!;
    await inMutation(t, async (ctx) => {
      await ctx.db.delete("connections", inbox.connections.whatsapp);
      const connectionId = await createConnection(ctx, { orgId, channel: "whatsapp", provider: "meta", name: "Meta" });
      await noteInbound(ctx, { orgId, contactId, connectionId, at: Date.now() });
      const registration = { name: "rueckruf", language: "de", category: "utility", state: "approved" } as const;
      const placeholders = ["firstName", "hour"];
      await saveRegistration(ctx, orgId, { ...registration, templateId, connectionId, placeholders });
    });
    const window = async () => await world.as.query(api.inbox.composing.queries.window, world.ids);
    return { ...world, templateId, window };
  }

  it("are told to the minute, with the templates for afterwards", async () => {
    const { window, templateId } = await withMeta();
    expect(await window()).toMatchObject({
      until: Date.now() + 24 * HOUR_MS - 60_000,
      templates: [{ templateId, language: "de", variables: [{ name: "firstName" }, { name: "hour" }] }],
    });
  });

  it("are not limited in the sandbox, nor elsewhere", async () => {
    const { as, ids } = await withThread("whatsapp");
    expect(await as.query(api.inbox.composing.queries.window, ids)).toMatchObject({ until: null });
    const { as: mailer, ids: mailIds } = await withThread();
    expect(await mailer.query(api.inbox.composing.queries.window, mailIds)).toBeNull();
  });

  it("let words through until they are over, then only a template with all its values", async () => {
    const { t, as, answer, templateId, usage } = await withMeta();
    await as.mutation(api.inbox.mutations.reply, answer({}));
    vi.setSystemTime(Date.now() + 24 * HOUR_MS);
    expect(await errorOf(as.mutation(api.inbox.mutations.reply, answer({})))).toMatchObject({
      code: "invalid",
      field: "text",
    });
    const missing = answer({ templateId, values: { firstName: "Max" } });
    expect(await errorOf(as.mutation(api.inbox.mutations.reply, missing))).toMatchObject({ field: "values.hour" });
    const { queueId } = await as.mutation(
      api.inbox.mutations.reply,
      answer({ text: "", templateId, values: { firstName: "Max", hour: "neun", other: "x" } }),
    );
    const queued = (await t.run((ctx) => ctx.db.get("messageQueue", queueId)))!;
    const body = await t.run((ctx) => ctx.db.get("messageBodies", queued.bodyId));
    expect(body?.content).toMatchObject({ kind: "template", values: { firstName: "Max", hour: "neun" } });
    expect((await rows(t, "messages")).at(-1)?.text).toBe("Guten Tag Max, wir melden uns um neun.");
    expect(await usage(templateId)).toBe(1);
  });

  it("count at the hour an answer is planned for", async () => {
    const { as, answer } = await withMeta();
    const plan = { sendAt: Date.now() + 25 * HOUR_MS, cancelIfAnswered: true };
    expect(await errorOf(as.mutation(api.inbox.mutations.reply, answer({ plan })))).toMatchObject({ code: "invalid" });
  });
});
