import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, makeWorkspace, NOON } from "../../tests/support/delivery";
import { errorOf, localIdentity, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { resolveContact } from "../contacts/model";
import { replayRawEvent } from "../intake/model";
import { API_SCOPES, type ApiScope } from "./scopes";

type Convex = ReturnType<typeof setupConvex>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

async function withKey(scopes: readonly ApiScope[] = API_SCOPES) {
  const t = setupConvex();
  const { orgId } = await makeWorkspace(t);
  const admin = t.withIdentity(localIdentity("admin"));
  const made = await admin.mutation(api.api.mutations.createKey, { orgId, name: "Bookkeeping", scopes: [...scopes] });
  return { t, orgId, admin, ...made };
}

const MESSAGE = {
  to: { email: "Petra@Example.org", phone: "0151 2345678", name: "Petra Paul" },
  channel: "email",
  content: { subject: "Your invoice", text: "Hello Petra, here it is." },
  idempotencyKey: "invoice-4711",
  reference: "4711",
};

async function post(t: Convex, key: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await t.fetch(`/api/v1/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await read(response) };
}

async function get(t: Convex, key: string, path: string) {
  const response = await t.fetch(`/api/v1/${path}`, { headers: { Authorization: `Bearer ${key}` } });
  return { status: response.status, body: await read(response) };
}

type Answer = {
  id: string;
  code?: string;
  field?: string;
  status: string;
  errors?: { field: string }[];
  results: { status: number; code?: string; field?: string; message: { id: string }; errors?: { field: string }[] }[];
  [name: string]: unknown;
};

const read = async (response: Response) => (await response.json()) as Answer;

const queued = async (t: Convex) => await t.run(async (ctx) => await ctx.db.query("messageQueue").take(100));

describe("POST /api/v1/messages", () => {
  it("queues a finished message for the person at the address it names", async () => {
    const { t, key } = await withKey();
    const { status, body } = await post(t, key, "messages", MESSAGE);
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "pending", channel: "email", reference: "4711", dueAt: NOON });
    const [row] = await queued(t);
    expect(row).toMatchObject({
      to: { email: "petra@example.org", sms: "+491512345678" },
      lane: "transactional",
      source: { kind: "api", keyName: "Bookkeeping", reference: "4711" },
    });
  });

  it("makes one message of a key that comes again, also in parallel", async () => {
    const { t, key } = await withKey();
    const answers = await Promise.all([1, 2, 3].map(() => post(t, key, "messages", MESSAGE)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await queued(t)).toHaveLength(1);
  });

  it("takes the key from the header, else from the content", async () => {
    const { t, key } = await withKey();
    const { idempotencyKey: _, ...keyless } = MESSAGE;
    await post(t, key, "messages", keyless, { "Idempotency-Key": "a" });
    await post(t, key, "messages", keyless, { "Idempotency-Key": "b" });
    await post(t, key, "messages", keyless);
    await post(t, key, "messages", keyless);
    expect(await queued(t)).toHaveLength(3);
  });

  it("does not mix the keys of two callers", async () => {
    const { t, key, admin, orgId } = await withKey();
    const other = await admin.mutation(api.api.mutations.createKey, { orgId, name: "Shop", scopes: ["messages.send"] });
    await post(t, key, "messages", MESSAGE);
    expect((await post(t, other.key, "messages", MESSAGE)).status).toBe(202);
  });

  it("keeps attachments as files of the organisation, and none of a repeated request", async () => {
    const { t, key, orgId } = await withKey();
    const attachments = [{ name: "invoice.txt", contentType: "text/plain", content: btoa("12 EUR") }];
    const message = { ...MESSAGE, content: { ...MESSAGE.content, attachments } };
    await post(t, key, "messages", message);
    await post(t, key, "messages", message);
    const files = await t.run(async (ctx) => {
      const rows = await ctx.db.query("files").take(100);
      return await Promise.all(
        rows.map(async ({ storageId, ...row }) => ({ ...row, text: await (await ctx.storage.get(storageId))?.text() })),
      );
    });
    expect(files.filter(({ text }) => text !== undefined)).toMatchObject([
      { orgId, name: "invoice.txt", sizeBytes: 6, text: "12 EUR" },
    ]);
  });

  it.each([
    ["no recipient", { ...MESSAGE, to: {} }, "to"],
    ["an unreadable address", { ...MESSAGE, to: { email: "petra" } }, "to.email"],
    ["an unknown zone", { ...MESSAGE, to: { email: "p@example.org", timezone: "Mars/Base" } }, "to.timezone"],
    ["no text", { ...MESSAGE, content: { subject: "x", text: "" } }, "content.text"],
    ["an e-mail without a subject", { ...MESSAGE, content: { text: "x" } }, "content.subject"],
    ["an unknown field", { ...MESSAGE, colour: "red" }, "colour"],
    ["an unknown channel", { ...MESSAGE, channel: "fax" }, "channel"],
    ["a time without zone", { ...MESSAGE, scheduledAt: "2026-05-12T10:00:00" }, "scheduledAt"],
    ["marketing in a hurry", { ...MESSAGE, purpose: "marketing", priority: "critical" }, "priority"],
    [
      "broken base64",
      {
        ...MESSAGE,
        content: { ...MESSAGE.content, attachments: [{ name: "a", contentType: "text/plain", content: "%%" }] },
      },
      "content.attachments.0.content",
    ],
    ["no JSON", "{", "body"],
  ])("names the field for %s", async (_, body, field) => {
    const { t, key } = await withKey();
    const answer = await post(t, key, "messages", body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([422, "invalid", field]);
    expect(await queued(t)).toEqual([]);
  });

  it("says every field at fault at once", async () => {
    const { t, key } = await withKey();
    const { body } = await post(t, key, "messages", { ...MESSAGE, channel: "fax", purpose: "fun", to: {} });
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(["channel", "purpose", "to"]);
  });

  it("refuses another organisation's contact and template", async () => {
    const { t, key } = await withKey();
    const foreignOrg = await makeOrg(t, "Somebody else");
    const contactId = await inMutation(t, async (ctx) => {
      const foreign = await resolveContact(ctx, { orgId: foreignOrg, email: "f@example.org" });
      return foreign._id;
    });
    const contact = await post(t, key, "messages", { ...MESSAGE, to: { contactId } });
    expect([contact.status, contact.body.code]).toEqual([404, "not_found"]);
    const template = await post(t, key, "messages", { ...MESSAGE, content: { templateId: "nothing" } });
    expect([template.status, template.body.field]).toEqual([404, "content.templateId"]);
  });
});

describe("POST /api/v1/messages/batch", () => {
  it("answers for each message on its own", async () => {
    const { t, key } = await withKey();
    const messages = [
      MESSAGE,
      { ...MESSAGE, to: {} },
      { ...MESSAGE, idempotencyKey: "b", to: { email: "no" } },
      MESSAGE,
    ];
    const { status, body } = await post(t, key, "messages/batch", { messages });
    expect(status).toBe(200);
    expect(body.results.map((result) => result.status)).toEqual([202, 422, 422, 200]);
    expect(body.results[1]?.errors?.[0]?.field).toBe("to");
    expect(body.results[2]?.field).toBe("to.email");
    expect(await queued(t)).toHaveLength(1);
  });

  it.each([{ messages: [] }, { messages: Array.from({ length: 101 }, () => MESSAGE) }, {}])(
    "refuses a batch of the wrong size",
    async (body) => {
      const { t, key } = await withKey();
      expect((await post(t, key, "messages/batch", body)).body.field).toBe("messages");
    },
  );
});

describe("one message", () => {
  it("can be read with its decisions, and taken back while it waits", async () => {
    const { t, key } = await withKey();
    const scheduledAt = "2026-06-01T08:00:00+02:00";
    const made = await post(t, key, "messages", { ...MESSAGE, scheduledAt });
    const { body } = await get(t, key, `messages/${made.body.id}`);
    expect(body).toMatchObject({
      status: "pending",
      dueAt: Date.UTC(2026, 5, 1, 6),
      decisions: [{ rule: "source_api" }],
    });
    expect((await post(t, key, `messages/${made.body.id}/cancel`, "")).body.status).toBe("cancelled");
    expect((await post(t, key, `messages/${made.body.id}/cancel`, "")).status).toBe(200);
  });

  it("cannot be taken back once it left", async () => {
    const { t, key } = await withKey();
    const { body } = await post(t, key, "messages", MESSAGE);
    await t.run(async (ctx) => {
      const id = body.id as Id<"messageQueue">;
      await ctx.db.patch("messageQueue", id, { state: { kind: "sent", at: NOON } });
    });
    const answer = await post(t, key, `messages/${body.id}/cancel`, "");
    expect([answer.status, answer.body.code]).toEqual([409, "conflict"]);
  });

  it("does not exist for another organisation's key", async () => {
    const { t, key } = await withKey();
    const { body } = await post(t, key, "messages", MESSAGE);
    await t.run(async (ctx) => {
      const foreign = await ctx.db.insert("organisations", {
        name: "Other",
        slug: "other",
        timezone: "Europe/Berlin",
        locale: "de",
        modules: {},
        quietHours: { start: "21:00", end: "07:00" },
        isDemo: false,
      });
      const [row] = await ctx.db.query("apiKeys").take(100);
      if (row !== undefined) await ctx.db.patch("apiKeys", row._id, { orgId: foreign });
    });
    expect((await get(t, key, `messages/${body.id}`)).status).toBe(404);
    expect((await get(t, key, "messages/nonsense")).status).toBe(404);
  });
});

describe("proof", () => {
  it("refuses unknown, revoked and expired keys and a missing scope", async () => {
    const { t, key, apiKeyId, orgId, admin } = await withKey(["messages.read"]);
    expect((await post(t, "sbk_wrong", "messages", MESSAGE)).status).toBe(401);
    expect((await post(t, key, "messages", MESSAGE)).body.code).toBe("forbidden");
    await admin.mutation(api.api.mutations.revokeKey, { orgId, apiKeyId });
    expect((await get(t, key, "messages/x")).status).toBe(401);
    const soon = { orgId, name: "Soon over", scopes: ["messages.read" as const], expiresAt: NOON + 1_000 };
    const short = await admin.mutation(api.api.mutations.createKey, soon);
    expect((await get(t, short.key, "messages/x")).status).toBe(404);
    vi.setSystemTime(NOON + 1_000);
    expect((await get(t, short.key, "messages/x")).status).toBe(401);
  });

  async function signed(made: { publicId: string; signingSecret: string }, body: string, at = NOON) {
    const signature = new Webhook(made.signingSecret).sign("msg_1", new Date(at), body);
    return {
      method: "POST",
      headers: {
        "Switchboard-Key": made.publicId,
        "webhook-id": "msg_1",
        "webhook-timestamp": String(Math.floor(at / 1000)),
        "webhook-signature": signature,
      },
      body,
    };
  }

  it("takes a signed delivery once, by its id", async () => {
    const { t, ...made } = await withKey();
    const { idempotencyKey: _, ...keyless } = MESSAGE;
    const delivery = await signed(made, JSON.stringify(keyless));
    expect((await t.fetch("/api/v1/messages", delivery)).status).toBe(202);
    expect((await t.fetch("/api/v1/messages", delivery)).status).toBe(200);
  });

  it("refuses a forged, altered, old or nameless signature and stores nothing", async () => {
    const { t, ...made } = await withKey();
    const body = JSON.stringify(MESSAGE);
    const good = await signed(made, body);
    const bad = [
      { ...good, body: body.replace("4711", "4712") },
      { ...good, headers: { ...good.headers, "webhook-signature": "v1,AAAA" } },
      await signed(made, body, NOON - 301_000),
      { ...good, headers: { ...good.headers, "Switchboard-Key": "nobody" } },
      { method: "POST", body },
    ];
    for (const delivery of bad) expect((await t.fetch("/api/v1/messages", delivery)).status).toBe(401);
    expect(await queued(t)).toEqual([]);
  });

  it("keeps a signed delivery it cannot use, with the reason", async () => {
    const { t, ...made } = await withKey();
    const delivery = await signed(made, JSON.stringify({ ...MESSAGE, to: {} }));
    expect((await t.fetch("/api/v1/messages", delivery)).status).toBe(422);
    const kept = await t.run(async (ctx) => await ctx.db.query("rawEvents").take(100));
    expect(kept).toMatchObject([{ kind: "message_api", state: { kind: "rejected", code: "invalid", field: "to" } }]);
  });

  it("can be replayed once what was missing is there", async () => {
    const { t, ...made } = await withKey();
    const body = JSON.stringify({ ...MESSAGE, content: { templateId: "none" } });
    expect((await t.fetch("/api/v1/messages", await signed(made, body))).status).toBe(404);
    await inMutation(t, async (ctx) => {
      const [kept] = await ctx.db.query("rawEvents").take(100);
      if (kept === undefined) throw new Error("Nothing was kept.");
      await ctx.db.patch("rawEvents", kept._id, { body: { kind: "text", text: JSON.stringify(MESSAGE) } });
      await replayRawEvent(ctx, kept._id);
    });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    const [kept] = await t.run(async (ctx) => await ctx.db.query("rawEvents").take(100));
    expect(kept?.state.kind).toBe("processed");
    expect(await queued(t)).toHaveLength(1);
  });

  it("limits how often one key calls", async () => {
    const { t, key } = await withKey();
    let last = 0;
    for (let call = 0; call < 601; call += 1) last = (await get(t, key, "messages/x")).status;
    expect(last).toBe(429);
  });

  it("tells unknown addresses from wrong methods", async () => {
    const { t, key } = await withKey();
    expect((await get(t, key, "nothing")).status).toBe(404);
    expect((await get(t, key, "messages")).status).toBe(405);
  });
});

describe("keys", () => {
  it("are shown once, listed without secrets, and made by admins only", async () => {
    const { t, orgId, admin, key } = await withKey();
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await admin.query(api.api.queries.listKeys, { orgId, paginationOpts });
    expect(page).toMatchObject([{ name: "Bookkeeping" }]);
    expect(JSON.stringify(page)).not.toContain(key);
    const rows = await t.run(async (ctx) => await ctx.db.query("apiKeys").take(100));
    expect(JSON.stringify(rows)).not.toContain(key);
    const empty = { orgId, name: " ", scopes: ["messages.read" as const] };
    expect((await errorOf(admin.mutation(api.api.mutations.createKey, empty))).field).toBe("name");
  });
});
