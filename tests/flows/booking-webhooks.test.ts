import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import { calcomBooking, CUSTOMER, type TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { calcomHeaders, postBooking, standardHeaders } from "../support/webhooks.ts";

// Booking webhooks over HTTP, seen through the queries a signed-in member has. Every expected instant is worked out by
// hand from product.md 4.2; on 25 October 2026 at 03:00 the clocks in Berlin go back from +02 to +01.

const START = Date.parse("2026-10-01T08:00:00Z");
const FIRST_PAGE = { numItems: 100, cursor: null };

let backend: TestBackend;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment, testClock: { startMs: START } });
});
afterAll(async () => {
  await backend.stop();
});

/** A workspace of its own for a test, and what it needs to be looked at from outside. */
async function makeWorkspace(key: string) {
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", { key })) as unknown as TestWorkspace;
  const orgId = workspace.orgId as Id<"organisations">;
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  const signIn = () => signInOverHttp(backend.cloudUrl, member);
  const sendCalcom = async (body: string, headers = calcomHeaders(workspace.calcom, body)) => {
    const response = await postBooking(backend.siteUrl, workspace.calcom.publicId, body, headers);
    await backend.advanceBy(0);
    return response;
  };
  return { ...workspace, orgId, signIn, sendCalcom };
}
type Workspace = Awaited<ReturnType<typeof makeWorkspace>>;

async function bookingsOf(client: ConvexHttpClient, { orgId }: Workspace) {
  const views = (["upcoming", "past", "cancelled"] as const).map(
    async (view) => (await client.query(api.bookings.queries.list, { orgId, view, paginationOpts: FIRST_PAGE })).page,
  );
  return (await Promise.all(views)).flat();
}

async function onlyBooking(client: ConvexHttpClient, workspace: Workspace) {
  const [booking, ...others] = await bookingsOf(client, workspace);
  if (booking === undefined || others.length > 0) throw new Error(`Not one booking but ${others.length + 1}.`);
  return await client.query(api.bookings.queries.get, { orgId: workspace.orgId, bookingId: booking.id });
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace(".000Z", "Z"));

/** Each step of the only booking: its name, planned instant, and state with the reason. */
async function journeyOf(client: ConvexHttpClient, workspace: Workspace): Promise<(string | null)[][]> {
  const { journey } = await onlyBooking(client, workspace);
  return journey.map(({ stepName, plannedAt, state }) => [
    stepName,
    iso(plannedAt),
    "reason" in state ? `${state.kind}: ${state.reason}` : state.kind,
  ]);
}

async function queueOf(client: ConvexHttpClient, { orgId }: Workspace) {
  const args = { orgId, group: "waiting" as const, paginationOpts: FIRST_PAGE };
  return (await client.query(api.delivery.queries.listQueue, args)).page;
}

const STEPS = ["Vorfreude", "Anfahrt", "Letzte Hinweise", "Läuft alles?", "Dank"];
const inState = (state: string, instants: string[]) => instants.map((at, index) => [STEPS[index] ?? "", at, state]);

/** Saturday 24 October, 09:00 to 16:00 in Berlin. */
const SATURDAY = { startTime: "2026-10-24T07:00:00Z", endTime: "2026-10-24T14:00:00Z" };
const SATURDAY_PLAN = [
  "2026-10-17T07:00:00Z",
  "2026-10-21T07:00:00Z",
  "2026-10-23T07:00:00Z",
  "2026-10-24T10:00:00Z", // 12:00 +02
  "2026-10-25T09:00:00Z", // 10:00 +01
];

describe("planned instants", () => {
  test.each([
    ["counts days on the venue's calendar, whatever zone the customer lives in", "created", SATURDAY, SATURDAY_PLAN],
    [
      // 26 October, 02:30 to 06:00 in Berlin; 02:30 on the 25th exists twice and means the first (rule 11).
      "takes the first of a clock time that exists twice",
      "twice",
      { startTime: "2026-10-26T01:30:00Z", endTime: "2026-10-26T05:00:00Z" },
      [
        "2026-10-19T00:30:00Z",
        "2026-10-23T00:30:00Z",
        "2026-10-25T00:30:00Z",
        "2026-10-26T11:00:00Z",
        "2026-10-27T09:00:00Z",
      ],
    ],
    [
      // 2 November, 10:00 to 11:00 in New York, where the clocks go back on 1 November (rule 3: the person's zone).
      "counts in the person's zone when it takes place online",
      "online",
      { startTime: "2026-11-02T15:00:00Z", endTime: "2026-11-02T16:00:00Z", location: "integrations:daily" },
      [
        "2026-10-26T14:00:00Z",
        "2026-10-30T14:00:00Z",
        "2026-11-01T15:00:00Z",
        "2026-11-02T17:00:00Z",
        "2026-11-03T15:00:00Z",
      ],
    ],
  ])("%s", async (_, key, payload, plan) => {
    const workspace = await makeWorkspace(key);
    const client = await workspace.signIn();
    const attendees = [{ ...CUSTOMER, timeZone: "America/New_York", language: { locale: "de" }, utcOffset: -240 }];
    const body = calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", { ...payload, attendees });
    expect((await workspace.sendCalcom(body)).status).toBe(202);
    expect(await journeyOf(client, workspace)).toEqual(inState("planned", plan));
    const queue = await queueOf(client, workspace);
    expect(queue.map(({ dueAt }) => iso(dueAt))).toEqual(plan);
    expect(queue.every(({ state, contact }) => state.kind === "pending" && contact.name === CUSTOMER.name)).toBe(true);
  });
});

test("a move across the clock change takes unsent messages along, a cancellation takes them back", async () => {
  const workspace = await makeWorkspace("life");
  let client = await workspace.signIn();
  await workspace.sendCalcom(
    calcomBooking("BOOKING_CREATED", "2026-10-01T08:00:00Z", { ...SATURDAY, uid: "uid-1", bookingId: 1 }),
  );
  const { id } = await onlyBooking(client, workspace);

  // Day by day as it were: a message that is days late would be given up as too old.
  await backend.jumpTo(Date.parse("2026-10-17T07:01:00Z"));
  await backend.jumpTo(Date.parse("2026-10-21T07:01:00Z"));
  client = await workspace.signIn();
  const [week = "", threeDays = "", ...unsent] = SATURDAY_PLAN;
  expect(await journeyOf(client, workspace)).toEqual([
    ["Vorfreude", week, "sent"],
    ["Anfahrt", threeDays, "sent"],
    ...unsent.map((at, index) => [STEPS[index + 2], at, "planned"]),
  ]);

  // To Wednesday 28 October, 10:30 to 17:00 (+01). What was sent is not repeated, but the way there is told again for
  // the new date (rule 5): three days before is Sunday the 25th at 10:30, winter time already.
  const moved = calcomBooking("BOOKING_RESCHEDULED", "2026-10-21T07:00:30Z", {
    startTime: "2026-10-28T09:30:00Z",
    endTime: "2026-10-28T16:00:00Z",
    uid: "uid-2",
    rescheduleUid: "uid-1",
    bookingId: 2,
  });
  expect((await workspace.sendCalcom(moved)).status).toBe(202);
  const afterMove = [
    ["Vorfreude", week, "sent"],
    ["Anfahrt", threeDays, "sent"],
    ["Anfahrt", "2026-10-25T09:30:00Z", "planned"],
    ["Letzte Hinweise", "2026-10-27T09:30:00Z", "planned"],
    ["Läuft alles?", "2026-10-28T11:00:00Z", "planned"],
    ["Dank", "2026-10-29T09:00:00Z", "planned"],
  ];
  expect(await journeyOf(client, workspace)).toEqual(afterMove);
  expect(await onlyBooking(client, workspace)).toMatchObject({ id, externalId: "uid-2", status: "confirmed" });
  expect((await queueOf(client, workspace)).map(({ dueAt }) => iso(dueAt))).toEqual(
    afterMove.filter(([, , state]) => state === "planned").map(([, at]) => at),
  );

  // What cal.com said about the old appointment comes again, late: nothing changes.
  const stale = calcomBooking("BOOKING_CANCELLED", "2026-10-21T07:00:29Z", { ...SATURDAY, uid: "uid-1", bookingId: 1 });
  expect((await workspace.sendCalcom(stale)).status).toBe(202);
  expect(await journeyOf(client, workspace)).toEqual(afterMove);

  // The night of the clock change passes; the message of Sunday leaves at 09:30Z and not an hour earlier.
  await backend.jumpTo(Date.parse("2026-10-25T09:29:59Z"));
  client = await workspace.signIn();
  expect((await queueOf(client, workspace)).length).toBe(4);
  await backend.jumpTo(Date.parse("2026-10-25T09:31:00Z"));
  expect((await queueOf(client, workspace)).length).toBe(3);

  const cancelled = calcomBooking("BOOKING_CANCELLED", "2026-10-25T09:31:00Z", {
    startTime: "2026-10-28T09:30:00Z",
    endTime: "2026-10-28T16:00:00Z",
    uid: "uid-2",
    bookingId: 2,
    status: "CANCELLED",
    cancellationReason: "Krank",
  });
  expect((await workspace.sendCalcom(cancelled)).status).toBe(202);
  expect(await journeyOf(client, workspace)).toEqual([
    ["Vorfreude", week, "sent"],
    ["Anfahrt", threeDays, "sent"],
    ["Anfahrt", "2026-10-25T09:30:00Z", "sent"],
    ["Letzte Hinweise", "2026-10-27T09:30:00Z", "cancelled: booking_cancelled"],
    ["Läuft alles?", "2026-10-28T11:00:00Z", "cancelled: booking_cancelled"],
    ["Dank", "2026-10-29T09:00:00Z", "cancelled: booking_cancelled"],
  ]);
  expect(await onlyBooking(client, workspace)).toMatchObject({ status: "cancelled", cancellationReason: "Krank" });
  expect(await queueOf(client, workspace)).toEqual([]);

  await backend.jumpTo(Date.parse("2026-10-30T12:00:00Z"));
  client = await workspace.signIn();
  const device = await client.query(api.sandbox.queries.device, { orgId: workspace.orgId, address: CUSTOMER.email });
  expect(device.map(({ at }) => iso(at)?.slice(0, 10))).toEqual(["2026-10-17", "2026-10-21", "2026-10-25"]);
});

describe("a delivery", () => {
  test("three times in parallel is one booking with one set of messages", async () => {
    const workspace = await makeWorkspace("thrice");
    const client = await workspace.signIn();
    const body = calcomBooking("BOOKING_CREATED", "2026-11-01T08:00:00Z", {
      startTime: "2026-12-24T08:00:00Z",
      endTime: "2026-12-24T15:00:00Z",
    });
    const answers = await Promise.all([1, 2, 3].map(() => workspace.sendCalcom(body)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await bookingsOf(client, workspace)).toHaveLength(1);
    expect((await queueOf(client, workspace)).map(({ dueAt }) => iso(dueAt))).toEqual([
      "2026-12-17T08:00:00Z",
      "2026-12-21T08:00:00Z",
      "2026-12-23T08:00:00Z",
      "2026-12-24T11:00:00Z",
      "2026-12-25T09:00:00Z",
    ]);
    const contacts = await client.query(api.contacts.queries.list, {
      orgId: workspace.orgId,
      paginationOpts: FIRST_PAGE,
    });
    expect(contacts.page).toHaveLength(1);
    expect(await rawEventsOf(workspace)).toMatchObject([{ kind: "processed" }]);
  });

  test.each([
    ["a wrong signature", { "X-Cal-Signature-256": "0".repeat(64) }],
    ["no signature", {}],
    ["cal.com's word for a webhook without a secret", { "X-Cal-Signature-256": "no-secret-provided" }],
  ])("with %s is refused and nothing is kept", async (_, headers: Record<string, string>) => {
    const workspace = await makeWorkspace(`refused${Object.values(headers).join("").slice(0, 5).replace("-", "")}`);
    const client = await workspace.signIn();
    const response = await workspace.sendCalcom(
      calcomBooking("BOOKING_CREATED", "2026-11-01T08:00:00Z", SATURDAY),
      headers,
    );
    expect([response.status, await response.json()]).toEqual([
      401,
      expect.objectContaining({ code: "unauthenticated" }),
    ]);
    expect(await bookingsOf(client, workspace)).toEqual([]);
    expect(await rawEventsOf(workspace)).toEqual([]);
  });

  test("to a source that does not exist gets the answer of a wrong signature", async () => {
    const workspace = await makeWorkspace("unknown");
    const body = calcomBooking("BOOKING_CREATED", "2026-11-01T08:00:00Z", SATURDAY);
    const headers = calcomHeaders(workspace.calcom, body);
    const unknown = await postBooking(backend.siteUrl, "nobody", body, headers);
    const refused = await workspace.sendCalcom(body, { "X-Cal-Signature-256": "0".repeat(64) });
    expect([unknown.status, await unknown.text()]).toEqual([401, await refused.text()]);
    expect(await rawEventsOf(workspace)).toEqual([]);
  });

  test.each([
    ["that is not JSON", "broken", '{"triggerEvent": "BOOKING_CREATED", ', "invalid_json", ""],
    [
      "with an impossible instant",
      "instant",
      calcomBooking("BOOKING_CREATED", "2026-11-01T08:00:00Z", { ...SATURDAY, startTime: "next Saturday" }),
      "invalid",
      "payload.startTime",
    ],
    [
      "without anybody who comes",
      "nobody",
      calcomBooking("BOOKING_CREATED", "2026-11-01T08:00:00Z", { ...SATURDAY, attendees: [] }),
      "invalid",
      "payload.attendees",
    ],
  ])("%s is answered with the field and kept as rejected", async (_, key, body, code, field) => {
    const workspace = await makeWorkspace(key);
    const client = await workspace.signIn();
    const response = await workspace.sendCalcom(body);
    expect([response.status, await response.json()]).toEqual([422, { code, field, message: expect.any(String) }]);
    expect(await bookingsOf(client, workspace)).toEqual([]);
    expect(await rawEventsOf(workspace)).toMatchObject([{ kind: "rejected", code, field, body }]);
  });
});

describe("the generic source", () => {
  const DELIVERY = {
    event: "booking.created",
    externalId: "B-1",
    occurredAt: "2026-11-01T08:00:00Z",
    title: "Jollen-Grundkurs",
    startsAt: "2026-12-24T08:00:00Z",
    endsAt: "2026-12-24T15:00:00Z",
    timezone: "Europe/Berlin",
    status: "confirmed",
    customer: { ...CUSTOMER, locale: "de" },
    metadata: {},
  };

  async function sendStandard(workspace: Workspace, delivery: object, id: string, atMs: number): Promise<Response> {
    const body = JSON.stringify(delivery);
    const headers = standardHeaders(workspace.website, body, { id, atMs });
    const response = await postBooking(backend.siteUrl, workspace.website.publicId, body, headers);
    await backend.advanceBy(0);
    return response;
  }

  test("takes Standard Webhooks once per id, not older or newer than five minutes", async () => {
    const workspace = await makeWorkspace("standard");
    const client = await workspace.signIn();
    const now = await backend.nowMs();
    const minutes = (count: number) => now + count * 60_000;
    expect((await sendStandard(workspace, DELIVERY, "msg_old", minutes(-6))).status).toBe(401);
    expect((await sendStandard(workspace, DELIVERY, "msg_early", minutes(6))).status).toBe(401);
    expect(await rawEventsOf(workspace)).toEqual([]);

    const parallel = [1, 2, 3].map(() => sendStandard(workspace, DELIVERY, "msg_1", minutes(-4)));
    expect((await Promise.all(parallel)).map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await queueOf(client, workspace)).map(({ dueAt }) => iso(dueAt))).toEqual([
      "2026-12-17T08:00:00Z",
      "2026-12-21T08:00:00Z",
      "2026-12-23T08:00:00Z",
      "2026-12-24T11:00:00Z",
      "2026-12-25T09:00:00Z",
    ]);

    const move = {
      event: "booking.rescheduled",
      occurredAt: "2026-11-02T08:00:00Z",
      startsAt: "2026-12-25T08:00:00Z",
      endsAt: "2026-12-25T15:00:00Z",
    };
    expect((await sendStandard(workspace, { ...DELIVERY, ...move }, "msg_2", now)).status).toBe(202);
    expect(await journeyOf(client, workspace)).toEqual(
      inState("planned", [
        "2026-12-18T08:00:00Z",
        "2026-12-22T08:00:00Z",
        "2026-12-24T08:00:00Z",
        "2026-12-25T11:00:00Z",
        "2026-12-26T09:00:00Z",
      ]),
    );
    expect(await rawEventsOf(workspace)).toHaveLength(2);
  });

  test("names the field it cannot read, and takes the corrected delivery under the same id", async () => {
    const workspace = await makeWorkspace("corrected");
    const client = await workspace.signIn();
    const now = await backend.nowMs();
    const wrong = await sendStandard(workspace, { ...DELIVERY, endsAt: "2026-12-24T07:00:00Z" }, "msg_1", now);
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { code: "invalid", field: "endsAt" }]);
    expect((await sendStandard(workspace, DELIVERY, "msg_1", now)).status).toBe(202);
    expect(await bookingsOf(client, workspace)).toHaveLength(1);
    expect((await rawEventsOf(workspace)).map(({ kind }) => kind).sort()).toEqual(["processed", "rejected"]);
  });
});

/** State and text of the workspace's raw events. */
async function rawEventsOf({ orgId }: Workspace): Promise<{ kind: string; [field: string]: unknown }[]> {
  const rows = (await tableRows(backend, "rawEvents")).filter((row) => row["orgId"] === orgId);
  return rows.map(({ state, body }) => ({
    ...(state as { kind: string }),
    body: (body as { text?: string }).text,
  }));
}
