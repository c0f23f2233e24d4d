import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import type { OpenApiDocument, OperationObject } from "../../convex/api/openapi.ts";
import { API_SCOPES } from "../../convex/api/scopes.ts";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";

// The REST API over HTTP, driven by the document it publishes: every operation answers what the document says it does.

const START = Date.parse("2026-10-01T08:00:00Z");

let backend: TestBackend;
let document: OpenApiDocument;
let key: string;
const called = new Set<string>();
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment, testClock: { startMs: START } });
  document = (await (await fetch(`${backend.siteUrl}/api/v1/openapi.json`)).json()) as OpenApiDocument;
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", {
    key: "rest",
  })) as unknown as TestWorkspace;
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  const client = await signInOverHttp(backend.cloudUrl, member);
  const orgId = workspace.orgId as Id<"organisations">;
  ({ key } = await client.mutation(api.api.mutations.createKey, { orgId, name: "Shop", scopes: [...API_SCOPES] }));
});
afterAll(async () => {
  await backend.stop();
});

type Params = { path?: Record<string, string>; query?: string; body?: unknown; headers?: Record<string, string> };

/** Calls an operation by its name in the document and checks the answer against its schema there. */
async function call(operationId: string, { path: params = {}, query = "", body, headers = {} }: Params = {}) {
  const { path, method, operation } = find(operationId);
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `no-${name}`);
  const response = await fetch(`${backend.siteUrl}/api/v1${filled}${query}`, {
    method: method.toUpperCase(),
    headers: { Authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const documented = operation.responses[String(response.status)];
  if (documented === undefined) throw new Error(`${operationId} answered ${response.status}: ${text}`);
  const schema = documented.content?.["application/json"].schema;
  // What is documented without content has none.
  if (schema === undefined) expect(text).toBe("");
  const answer = (schema === undefined ? {} : JSON.parse(text)) as Record<string, unknown>;
  const check = ajv.compile({ ...schema, components: document.components });
  expect(check(answer), `${operationId} ${response.status}: ${JSON.stringify(check.errors)}`).toBe(true);
  if (response.ok) called.add(operationId);
  return { status: response.status, headers: response.headers, body: answer, id: String(answer.id) };
}

function find(operationId: string): { path: string; method: string; operation: OperationObject } {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId === operationId) return { path, method, operation };
    }
  }
  throw new Error(`${operationId} is not in the document.`);
}

const operations = () =>
  Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));

test("the document is valid OpenAPI 3.1 and names each operation once", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? [], JSON.stringify(result.errors)).toEqual([]);
  expect(result.valid).toBe(true);
  expect(new Set(operations()).size).toBe(operations().length);
});

test("the page for people shows every operation, runs no script and loads nothing", async () => {
  const response = await fetch(`${backend.siteUrl}/api/v1/docs`);
  const page = await response.text();
  expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  for (const operationId of operations()) expect(page).toContain(`id="${operationId}"`);
  expect(page).not.toMatch(/<script|src=|@import|url\(/i);
});

const PLAN = { name: "Plan.pdf", contentType: "application/pdf", content: "JVBERi0xLjc=" };

describe("every operation answers as documented", () => {
  test("threads and what is said in them", async () => {
    const contact = { email: "petra@example.org", name: "Petra Paul" };
    const message = { type: "incoming", text: "It blinks red." };
    const thread = await call("createThread", { body: { contact, channel: "email", subject: "Charger", message } });
    const path = { id: thread.id };
    await call("getThread", { path });
    await call("listThreads", { query: "?limit=1&view=unassigned&channel=email&status=open&type=customer_support" });
    const { data: members } = (await call("listMembers", {})).body as { data: { id: string }[] };
    expect((await call("listThreads", { query: `?assigneeId=${members[0]?.id ?? ""}` })).body.data).toEqual([]);
    expect((await call("listTeams", {})).body.data).toEqual([]);
    const changed = await call("updateThread", { path, body: { priority: "urgent", tags: ["vip"] } });
    expect(changed.headers.get("ETag")).toMatch(/^"[0-9a-f]{32}"$/);
    const reply = await call("createThreadMessage", {
      path,
      body: { type: "outgoing", text: "On our way.", from: null, cc: ["boss@example.org"], attachments: [PLAN] },
    });
    expect(reply.body).toMatchObject({ attachments: [{ name: "Plan.pdf", contentType: "application/pdf" }] });
    const entry = { id: thread.id, messageId: reply.id };
    await call("updateThreadMessage", { path: entry, body: { metadata: { crm: "7" } } });
    expect((await call("getThreadMessage", { path: entry })).body).toMatchObject({ id: reply.id, text: "On our way." });
    const since = new Date(START - 1).toISOString();
    const { data: changes } = (await call("listThreads", { query: `?updatedSince=${since}` })).body;
    expect(changes).toMatchObject([{ id: thread.id }]);
    expect((await call("listThreads", { query: "?order=A-4711" })).body.data).toEqual([]);
    const note = { type: "internal_note", text: "Who drives?" };
    const discussion = { channel: "internal_comment", subject: "Petra's charger", order: "A-4711", message: note };
    const begun = await call("createThread", { body: discussion });
    expect((await call("listThreads", { query: "?order=A-4711" })).body.data).toMatchObject([{ id: begun.id }]);
    const { body } = await call("listThreadMessages", { path });
    expect(body.data).toHaveLength(2);
    const bin = { path: { id: begun.id } };
    expect([await call("deleteThread", bin), await call("deleteThread", bin)]).toMatchObject([
      { status: 204 },
      { status: 204 },
    ]);
    expect((await call("listThreads", { query: "?order=A-4711" })).body.data).toEqual([]);
  });

  test("tickets", async () => {
    const contact = { phone: "+4915155501", name: "Toni" };
    const ticket = await call("createTicket", {
      body: { contact, subject: "No heating", text: "Cold.", urgency: "HIGH" },
    });
    expect(ticket.body).toMatchObject({ status: "NEW", source: "manual", urgency: "HIGH" });
    const again = await call("createTicket", { body: { contact, subject: "Still no heating" } });
    expect([again.status, again.id]).toEqual([200, ticket.id]);
    const path = { id: ticket.id };
    expect((await call("updateTicket", { path, body: { status: "DONE" } })).status).toBe(409);
    const moved = await call("updateTicket", {
      path,
      body: { status: "DONE", reason: "Repaired", category: "Heating" },
    });
    expect(moved.body).toMatchObject({ status: "DONE", category: "Heating" });
    expect((await call("getThread", { path })).body).toMatchObject({ status: "resolved", priority: "urgent" });
    await call("getTicket", { path });
    expect((await call("listTickets", { query: "?view=done" })).body.data).toHaveLength(1);
  });

  test("tasks, templates and contacts", async () => {
    const task = await call("createTask", { body: { title: "Call back" } });
    await call("getTask", { path: { id: task.id } });
    await call("updateTask", { path: { id: task.id }, body: { status: "in_progress" } });
    await call("listTasks", { query: "?status=in_progress" });
    const since = `?updatedSince=${new Date(START - 1).toISOString()}`;
    expect((await call("listTasks", { query: since })).body.data).toMatchObject([{ id: task.id }]);
    const template = await call("createTemplate", {
      body: { name: "Delay", category: "follow_up", body: "Dear {{name}}" },
    });
    await call("getTemplate", { path: { id: template.id } });
    await call("listTemplates");
    const contact = await call("upsertContact", { body: { phone: "+491512345678", name: "Kim" } });
    const person = { id: contact.id };
    const changed = { path: person, body: { name: "Kim Krause", tags: ["regular"] } };
    expect((await call("updateContact", changed)).body).toMatchObject({ name: "Kim Krause", tags: ["regular"] });
    const { headers, body } = await call("getContact", { path: person });
    expect(body.name).toBe("Kim Krause");
    const stale = { ...changed, headers: { "If-Match": '"old"' } };
    expect((await call("updateContact", stale)).status).toBe(412);
    expect(
      (await call("updateContact", { ...changed, headers: { "If-Match": headers.get("ETag") ?? "" } })).status,
    ).toBe(200);
    await call("listContacts", { query: "?search=kim" });
    const order = await call("createOrder", { path: person, body: { number: "K-1", status: "paid" } });
    const named = { path: { id: order.id } };
    expect((await call("updateOrder", { ...named, body: { status: "shipped" } })).body.status).toBe("shipped");
    expect((await call("getOrder", named)).body).toMatchObject({ contactId: contact.id, number: "K-1" });
    expect((await call("listOrders", { path: person })).body.data).toHaveLength(1);
    expect((await call("deleteOrder", named)).status).toBe(200);
    expect((await call("getOrder", named)).status).toBe(404);
    const { data: people } = (await call("listContacts", { query: since })).body as { data: { id: string }[] };
    expect(people.map(({ id }) => id)).toContain(contact.id);
  });

  test("bookings", async () => {
    const people = [{ email: "nora@example.org", name: "Nora" }];
    const times = { startsAt: "2026-12-05T09:00:00+01:00", endsAt: "2026-12-05T10:00:00+01:00" };
    const location = { kind: "onsite", zone: "Europe/Berlin" };
    const booking = await call("createBooking", { body: { title: "Course", ...times, location, people } });
    const path = { id: booking.id };
    await call("updateBooking", { path, body: { status: "checked_in", attributes: { boat: "Jolle" } } });
    expect((await call("getBooking", { path })).body).toMatchObject({ status: "checked_in" });
    const { body } = await call("listBookings", { query: "?status=checked_in&from=2026-12-01T00:00:00Z" });
    expect(body.data).toHaveLength(1);
  });

  test("organisations, and what names them", async () => {
    const weber = { name: "Weber GmbH", domains: ["weber.example.de"] };
    const made = await call("createOrganization", { body: weber, headers: { "Idempotency-Key": "weber" } });
    const again = await call("createOrganization", { body: weber });
    expect([made.status, again.status, again.id]).toEqual([201, 200, made.id]);
    const path = { id: made.id };
    expect((await call("getOrganization", { path })).headers.get("ETag")).toBe(made.headers.get("ETag"));
    expect((await call("listOrganizations", { query: "?kind=customer&search=weber" })).body.data).toHaveLength(1);
    const stale = { path, body: { kind: "partner" }, headers: { "If-Match": '"old"' } };
    expect((await call("updateOrganization", stale)).status).toBe(412);
    expect((await call("updateOrganization", { path, body: { kind: "partner" } })).body.kind).toBe("partner");
    const person = await call("upsertContact", { body: { email: "anna@weber.example.de", name: "Anna" } });
    expect(person.body.organization).toEqual({ id: made.id, name: "Weber GmbH", kind: "partner" });
    const about = { contact: { contactId: person.id }, channel: "email", subject: "Offer" };
    const thread = await call("createThread", { body: { ...about, partnerOrganizationId: made.id } });
    expect(thread.body.partnerOrganization).toEqual(person.body.organization);
    expect((await call("listContacts", { query: `?organizationId=${made.id}` })).body.data).toHaveLength(1);
    expect((await call("listThreads", { query: `?organizationId=${made.id}` })).body.data).toHaveLength(1);
    const gone = await call("deleteOrganization", { path });
    expect(gone.body.undoUntil).toEqual(expect.any(Number));
    expect((await call("deleteOrganization", { path })).status).toBe(404);
    expect((await call("getThread", { path: { id: thread.id } })).body.partnerOrganization).toBeNull();
  });

  test("messages of the router", async () => {
    const message = {
      to: { email: "petra@example.org" },
      content: { subject: "Invoice", text: "Here it is." },
      scheduledAt: "2026-10-03T08:00:00Z",
    };
    const sent = await call("sendMessage", { body: message, headers: { "Idempotency-Key": "a" } });
    expect((await call("sendMessage", { body: message, headers: { "Idempotency-Key": "a" } })).id).toBe(sent.id);
    await call("sendMessages", { body: { messages: [message, message] } });
    await call("getMessage", { path: { id: sent.id } });
    await call("cancelMessage", { path: { id: sent.id } });
  });

  test("refusals too", async () => {
    expect((await call("getThread")).status).toBe(404);
    expect((await call("createTask", { body: {} })).status).toBe(422);
    expect((await call("listTasks", { headers: { Authorization: "Bearer nobody" } })).status).toBe(401);
    const task = await call("createTask", { body: { title: "Once" } });
    const stale = { path: { id: task.id }, body: { status: "completed" }, headers: { "If-Match": '"old"' } };
    expect((await call("updateTask", stale)).status).toBe(412);
  });

  test("none was left out", () => {
    expect([...called].sort()).toEqual(operations().sort());
  });
});
