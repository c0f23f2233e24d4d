import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApi } from "../../tests/support/api";
import { inMutation, NOON } from "../../tests/support/delivery";
import { makeMember, makeOrg } from "../../tests/support/members";
import { resolveContact } from "../contacts/model";
import { DAY_MS } from "../lib/time";
import { internal } from "../_generated/api";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

const THREAD = {
  contact: { email: "Petra@Example.org", name: "Petra Paul" },
  channel: "email",
  subject: "Charger does not work",
  type: "technical_issue",
  priority: "high",
  order: "A-4711",
  tags: ["charger", " charger "],
};

type Api = Awaited<ReturnType<typeof makeApi>>;

async function openThread({ call }: Api, fields: Record<string, unknown> = {}) {
  const { status, body, headers } = await call("POST", "threads", { ...THREAD, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: String(body.id), body, etag: headers.get("ETag") ?? "" };
}

const rowsOf = async ({ t }: Api, table: "threads" | "messages" | "tasks" | "messageQueue") =>
  await t.run(async (ctx) => await ctx.db.query(table).take(100));

describe("threads", () => {
  it("open with S1's fields, are read, listed and found by their person", async () => {
    const shop = await makeApi();
    const { id, body } = await openThread(shop);
    expect(body).toMatchObject({
      subject: THREAD.subject,
      type: "technical_issue",
      priority: "high",
      status: "open",
      channel: "email",
      order: "A-4711",
      tags: ["charger"],
      contact: { name: "Petra Paul" },
      assignee: null,
      responseDueAt: null,
    });
    expect((await shop.call("GET", `threads/${id}`)).body).toEqual(body);
    expect((await shop.call("GET", "threads")).body).toEqual({ data: [body], nextCursor: null });
    const contactId = (body.contact as { id: string }).id;
    expect((await shop.call("GET", `threads?contactId=${contactId}`)).body.data).toHaveLength(1);
    expect((await shop.call("GET", "threads?view=closed")).body.data).toEqual([]);
  });

  it("are paged by a cursor without gaps or repetitions", async () => {
    const shop = await makeApi();
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      vi.setSystemTime(NOON + index * 1_000);
      ids.unshift((await openThread(shop)).id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await shop.call("GET", `threads?limit=3${from}`);
      const page = body as { data: { id: string }[]; nextCursor: string | null };
      seen.push(...page.data.map((thread) => thread.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  it("change only what is named, and not from a state that is over", async () => {
    const shop = await makeApi();
    const { id, etag } = await openThread(shop);
    const { memberId } = await makeMember(shop.t, shop.orgId, "agent", "anna");
    const change = { priority: "urgent", order: null, assigneeId: memberId, status: "in_progress" };
    const changed = await shop.call("PATCH", `threads/${id}`, change, { "If-Match": etag });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      priority: "urgent",
      order: null,
      status: "in_progress",
      assignee: { memberId, name: "anna" },
      subject: THREAD.subject,
    });
    const stale = await shop.call("PATCH", `threads/${id}`, { priority: "low" }, { "If-Match": etag });
    expect(stale).toMatchObject({ status: 412, body: { code: "conflict", field: "If-Match" } });
    const fresh = changed.headers.get("ETag") ?? "";
    expect((await shop.call("PUT", `threads/${id}`, { priority: "low" }, { "If-Match": fresh })).status).toBe(200);
  });

  it("keep references and attributes, of the organisation's fields those of their kind only", async () => {
    const shop = await makeApi();
    await inMutation(shop.t, async (ctx) => {
      const field = { label: "Seats", kind: "number" as const, options: [], isArchived: false };
      await ctx.db.insert("contactFields", { orgId: shop.orgId, subject: "thread", key: "seats", ...field });
    });
    const { id, body } = await openThread(shop, {
      externalReferences: { erp: "1" },
      attributes: { seats: "2", gate: "B" },
    });
    expect(body).toMatchObject({ externalReferences: { erp: "1" }, attributes: { seats: 2, gate: "B" } });
    const change = { externalReferences: { crm: "9" }, attributes: { gate: null } };
    const changed = await shop.call("PATCH", `threads/${id}`, change);
    expect(changed.body).toMatchObject({ externalReferences: { crm: "9" }, attributes: { seats: 2 } });
    for (const [wrong, field] of [
      [{ attributes: { seats: "many" } }, "attributes.seats"],
      [{ attributes: { _id: "1" } }, "attributes._id"],
      [{ externalReferences: { _id: "1" } }, "externalReferences._id"],
    ] as const) {
      const refused = await shop.call("PATCH", `threads/${id}`, wrong);
      expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining(field)]);
    }
  });

  it("name every field at fault", async () => {
    const shop = await makeApi();
    const wrong = { subject: " ", contact: {}, type: "complaint", colour: "red" };
    const { status, body } = await shop.call("POST", "threads", { ...wrong, channel: "email" });
    expect(status).toBe(422);
    const fields = (body.errors as { field: string }[]).map(({ field }) => field).sort();
    expect(fields).toEqual(["colour", "contact", "subject"]);
    // What else a conversation takes depends on its channel.
    expect((await shop.call("POST", "threads", { ...wrong, channel: "fax" })).body).toMatchObject({ field: "channel" });
    expect((await shop.call("GET", "threads?limit=0&page=2")).status).toBe(422);
    const unreadable = await shop.call("POST", "threads", { ...THREAD, contact: { email: "petra" } });
    expect(unreadable).toMatchObject({ status: 422, body: { field: "contact.email" } });
  });

  it("of another organisation do not exist", async () => {
    const shop = await makeApi();
    const foreign = await makeOrg(shop.t, "Elsewhere");
    const contact = await inMutation(shop.t, async (ctx) =>
      resolveContact(ctx, { orgId: foreign, email: "a@example.org" }),
    );
    const own = await openThread(shop);
    const other = await makeApi();
    expect((await shop.call("GET", `threads?contactId=${contact._id}`)).status).toBe(404);
    expect((await shop.call("POST", "threads", { ...THREAD, contact: { contactId: contact._id } })).status).toBe(404);
    for (const path of [`threads/nonsense`, `threads/${contact._id}`, `threads/${own.id.slice(0, -1)}`]) {
      expect((await other.call("GET", path)).status, path).toBe(404);
    }
  });

  it("are opened once however often the same key comes", async () => {
    const shop = await makeApi();
    const key = { "Idempotency-Key": "order-4711" };
    const answers = await Promise.all([1, 2, 3].map(() => shop.call("POST", "threads", THREAD, key)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await rowsOf(shop, "threads")).toHaveLength(1);
    const other = await shop.call("POST", "threads", { ...THREAD, subject: "Another" }, key);
    expect(other).toMatchObject({ status: 409, body: { code: "conflict", field: "Idempotency-Key" } });
    vi.setSystemTime(NOON + DAY_MS + 1);
    await shop.t.mutation(internal.api.answers.jobs.prune, {});
    expect((await shop.call("POST", "threads", THREAD, key)).body.id).not.toBe(answers[0]?.body.id);
  });
});

describe("messages of a thread", () => {
  it("answer the customer, note for the team, and record what the customer said elsewhere", async () => {
    const shop = await makeApi();
    const { id } = await openThread(shop);
    const path = `threads/${id}/messages`;
    const said = { type: "incoming", text: "It blinks red.", externalMessageId: "form-1", at: "2026-03-02T11:00:00Z" };
    const first = await shop.call("POST", path, said);
    expect(first).toMatchObject({
      status: 201,
      body: { type: "incoming", sender: { kind: "contact", name: "Petra Paul" } },
    });
    expect((await shop.call("POST", path, said)).body.id).toBe(first.body.id);
    const reply = await shop.call("POST", path, { type: "outgoing", text: "We are on our way." });
    expect(reply.body).toMatchObject({ deliveryStatus: "pending", recipients: [{ address: "petra@example.org" }] });
    expect(await rowsOf(shop, "messageQueue")).toHaveLength(1);
    await shop.call("POST", path, { type: "internal_note", text: "Spare part ordered." });
    const { data } = (await shop.call("GET", path)).body as { data: { type: string }[] };
    expect(data.map(({ type }) => type).sort()).toEqual(["incoming", "internal_note", "outgoing"]);
  });

  it("go to whom the request names, with files, at an hour, once", async () => {
    const shop = await makeApi();
    const { id } = await openThread(shop);
    const path = `threads/${id}/messages`;
    const content = Buffer.from("%PDF-1.7").toString("base64");
    const attachments = [{ name: "Offer.pdf", contentType: "application/pdf", content }];
    const sendAt = new Date(NOON + DAY_MS).toISOString();
    const offer = { type: "outgoing", text: "Our offer.", cc: ["Boss@example.org"], attachments, sendAt };
    const key = { "Idempotency-Key": "offer-1" };
    const sent = await shop.call("POST", path, offer, key);
    expect(sent).toMatchObject({
      status: 201,
      body: {
        recipients: [
          { kind: "to", address: "petra@example.org" },
          { kind: "cc", address: "boss@example.org" },
        ],
        attachments: [{ name: "Offer.pdf", sizeBytes: 8 }],
        scheduledFor: NOON + DAY_MS,
      },
    });
    expect((await shop.call("GET", `${path}/${String(sent.body.id)}`)).body).toEqual(sent.body);
    const blobs = async () => (await shop.t.run(async (ctx) => await ctx.db.system.query("_storage").take(9))).length;
    expect(await blobs()).toBe(1);
    expect((await shop.call("POST", path, offer, key)).body.id).toBe(sent.body.id);
    const program = { ...offer, attachments: [{ ...attachments[0], name: "offer.exe" }] };
    expect(await shop.call("POST", path, program)).toMatchObject({ status: 422, body: { field: "attachments" } });
    const past = { ...offer, sendAt: new Date(NOON - DAY_MS).toISOString() };
    expect(await shop.call("POST", path, past)).toMatchObject({ status: 422, body: { field: "sendAt" } });
    // Repeated and refused calls leave no bytes behind.
    expect(await blobs()).toBe(1);
    expect(await rowsOf(shop, "messages")).toHaveLength(1);
  });

  it("keep what another system stores with them; only notes change their words", async () => {
    const shop = await makeApi();
    const { id } = await openThread(shop, { message: { type: "internal_note", text: "Draft" } });
    const list = (await shop.call("GET", `threads/${id}/messages`)).body as { data: { id: string }[] };
    const path = `threads/${id}/messages/${list.data[0]?.id ?? ""}`;
    const changed = await shop.call("PATCH", path, { text: "Final", metadata: { crm: "77" } });
    expect(changed.body).toMatchObject({ text: "Final", metadata: { crm: "77" } });
    const facts = { direction: "outgoing", outcome: "callback_agreed", seconds: 90 };
    const called = await shop.call("POST", `threads/${id}/messages`, { type: "phone_call", ...facts });
    expect(called.body).toMatchObject({ type: "internal_note", text: "", call: { ...facts, callbackAt: null } });
    const reply = await shop.call("POST", `threads/${id}/messages`, { type: "outgoing", text: "Hello" });
    const refused = await shop.call("PATCH", `threads/${id}/messages/${String(reply.body.id)}`, { text: "Bye" });
    expect(refused).toMatchObject({ status: 409, body: { field: "text" } });
    const elsewhere = await openThread(shop);
    expect((await shop.call("PATCH", path.replace(id, elsewhere.id), { text: "x" })).status).toBe(404);
  });
});

describe("tasks, templates and contacts", () => {
  it("make, list and change a task about a conversation", async () => {
    const shop = await makeApi();
    const { id: threadId } = await openThread(shop);
    const task = { title: " Call back ", type: "callback", threadId, dueAt: "2026-03-03T09:00:00+01:00" };
    const made = await shop.call("POST", "tasks", task);
    expect(made).toMatchObject({
      status: 201,
      body: { title: "Call back", type: "callback", threadId, dueAt: Date.UTC(2026, 2, 3, 8), status: "open" },
    });
    const path = `tasks/${String(made.body.id)}`;
    const done = await shop.call("PATCH", path, { status: "completed", completionNotes: "Reached.", dueAt: null });
    expect(done.body).toMatchObject({
      status: "completed",
      completedAt: NOON,
      completionNotes: "Reached.",
      dueAt: null,
    });
    expect((await shop.call("GET", "tasks")).body.data).toEqual([]);
    expect((await shop.call("GET", "tasks?status=completed")).body.data).toHaveLength(1);
    const lost = await shop.call("POST", "tasks", { title: "x", threadId: "nowhere" });
    expect(lost).toMatchObject({ status: 404, body: { field: "threadId" } });
  });

  it("make and list a template; a broken placeholder is named", async () => {
    const shop = await makeApi();
    const template = { name: "Delay", category: "follow_up", subject: "Hello {{name}}", body: "Dear {{name}}, …" };
    const made = await shop.call("POST", "templates", template);
    expect(made).toMatchObject({ status: 201, body: { name: "Delay", usageCount: 0, version: { number: 1 } } });
    expect((await shop.call("GET", `templates/${String(made.body.id)}`)).body).toEqual(made.body);
    const names = (await shop.call("GET", "templates?limit=100")).body.data as { name: string }[];
    expect(names.map(({ name }) => name)).toContain("Delay");
    const broken = await shop.call("POST", "templates", { ...template, body: "Dear {{name" });
    expect(broken).toMatchObject({ status: 422, body: { field: "body" } });
  });

  it("find or make a contact by any address, and search it", async () => {
    const shop = await makeApi();
    const made = await shop.call("POST", "contacts", { email: "Kim@example.org", name: "Kim Keel" });
    const again = await shop.call("POST", "contacts", { email: "kim@example.org", phone: "0151 2345678" });
    expect(again.body).toMatchObject({ id: made.body.id, name: "Kim Keel" });
    expect(again.body.addresses).toHaveLength(2);
    const found = (await shop.call("GET", "contacts?search=keel")).body.data as { id: string }[];
    expect(found.map(({ id }) => id)).toEqual([made.body.id]);
    expect((await shop.call("GET", `contacts/${String(made.body.id)}`)).body).toEqual(again.body);
  });

  it("change what is known of a contact, unless it changed meanwhile", async () => {
    const shop = await makeApi();
    const made = await shop.call("POST", "contacts", { email: "kim@example.org", name: "Kim Keel" });
    const path = `contacts/${String(made.body.id)}`;
    const crew = await shop.call("POST", "organizations", { name: "Crew", kind: "customer" });
    const etag = (await shop.call("GET", path)).headers.get("etag") ?? "";
    const change = {
      name: "Kim  Kiel",
      locale: "nl",
      timezone: "Europe/Amsterdam",
      organizationId: crew.body.id,
      tags: ["vip"],
      attributes: { boat: "Jolle", berths: 2 },
    };
    const changed = await shop.call("PATCH", path, change, { "If-Match": etag });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: "Kim Kiel",
        lastName: "Kiel",
        locale: "nl",
        timezone: "Europe/Amsterdam",
        organization: { name: "Crew" },
        tags: ["vip"],
        attributes: { boat: "Jolle", berths: 2 },
        addresses: made.body.addresses,
      },
    });
    expect((await shop.call("PATCH", path, { name: "Late" }, { "If-Match": etag })).status).toBe(412);
    const less = await shop.call("PATCH", path, { timezone: null, organizationId: null, attributes: { boat: null } });
    expect(less.body).toMatchObject({
      name: "Kim Kiel",
      timezone: null,
      organization: null,
      attributes: { berths: 2 },
    });
    const wrong = [[{}, "body"], [{ timezone: "Mars/Base" }, "timezone"], [{ organizationId: "x" }, "organizationId"]] as const; // prettier-ignore
    for (const [asked, field] of wrong) {
      const refused = await shop.call("PATCH", path, asked);
      expect([refused.status >= 400, refused.body.field]).toEqual([true, field]);
    }
    expect((await shop.call("GET", path)).body).toEqual(less.body);
    expect((await shop.call("PATCH", "contacts/nobody", { name: "x" })).status).toBe(404);
    const reader = await makeApi(["contacts.read"]);
    expect((await reader.call("PATCH", path, { name: "x" })).status).toBe(403);
  });
});

describe("what a key may", () => {
  it("ends with its scopes", async () => {
    const shop = await makeApi(["threads.read"]);
    expect((await shop.call("GET", "threads")).status).toBe(200);
    expect(await shop.call("POST", "threads", THREAD)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await shop.call("GET", "tasks")).status).toBe(403);
  });

  it("and with the rights of the member who made it", async () => {
    const shop = await makeApi();
    const setMaker = async (change: { role?: "viewer" | "technician"; status?: "suspended" }) => {
      await shop.t.run(async (ctx) => {
        const [key] = await ctx.db.query("apiKeys").take(1);
        if (key !== undefined) await ctx.db.patch("members", key.createdBy, change);
      });
    };
    await setMaker({ role: "viewer" });
    expect((await shop.call("GET", "threads")).status).toBe(200);
    expect((await shop.call("POST", "threads", THREAD)).status).toBe(403);
    await setMaker({ role: "technician" });
    const { id } = await openThread(shop);
    const { memberId } = await makeMember(shop.t, shop.orgId, "agent", "anna");
    expect((await shop.call("PATCH", `threads/${id}`, { status: "resolved" })).status).toBe(200);
    expect((await shop.call("PATCH", `threads/${id}`, { assigneeId: memberId })).status).toBe(403);
    await setMaker({ status: "suspended" });
    expect((await shop.call("GET", "threads")).status).toBe(403);
  });

  it("is told with every answer how many calls are left", async () => {
    const shop = await makeApi();
    const first = await shop.call("GET", "threads");
    const second = await shop.call("GET", "threads/none");
    expect(first.headers.get("RateLimit-Limit")).toBe("600");
    expect(first.headers.get("RateLimit-Remaining")).toBe("599");
    expect(second.headers.get("RateLimit-Remaining")).toBe("598");
    expect(Number(second.headers.get("RateLimit-Reset"))).toBe(1);
  });
});
