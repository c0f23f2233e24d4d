import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  deviceMessages,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { api } from "../../_generated/api";
import { HOUR_MS } from "../../lib/time";

vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

const order = () => ({
  orgId: workspace.orgId,
  contactIds: [workspace.contactId, workspace.contactId],
  subject: "Sturm",
  text: "Der Hafen ist gesperrt.",
  reason: "storm warning",
  hours: 2,
});
const send = (changes: Partial<ReturnType<typeof order>> = {}) =>
  asAdmin(t).mutation(api.delivery.emergencies.mutations.send, { ...order(), ...changes });
const list = async () => {
  const paginationOpts = { numItems: 10, cursor: null };
  return (await asAdmin(t).query(api.delivery.emergencies.queries.list, { orgId: workspace.orgId, paginationOpts }))
    .page;
};
const messages = (emergencyId: Awaited<ReturnType<typeof send>>) =>
  asAdmin(t).query(api.delivery.emergencies.queries.messages, { orgId: workspace.orgId, emergencyId });
const end = (emergencyId: Awaited<ReturnType<typeof send>>) =>
  asAdmin(t).mutation(api.delivery.emergencies.mutations.end, { orgId: workspace.orgId, emergencyId });

describe("an emergency to people", () => {
  it("goes at once at night, once to each, by the first emergency channel, and stays on record", async () => {
    vi.setSystemTime(NOON + 12 * HOUR_MS);
    const emergencyId = await send();
    await runJobs(t);
    expect((await deviceMessages(t)).map(({ channel, text }) => [channel, text])).toEqual([
      ["sms", expect.stringContaining("Der Hafen ist gesperrt.")],
    ]);
    expect(await list()).toMatchObject([
      { id: emergencyId, reason: "storm warning", by: "Anna Admin", until: NOON + 14 * HOUR_MS, scope: { people: 1 } },
    ]);
    expect(await messages(emergencyId)).toMatchObject([{ contactName: "Max Muster", channel: "sms" }]);
    expect((await allRows(t, "auditEntries")).map(({ action }) => action)).toEqual(
      expect.arrayContaining(["emergency.sent", "message.emergency_allowed"]),
    );
  });

  it("that is called off stops what waits, once", async () => {
    const emergencyId = await send();
    expect(await end(emergencyId)).toBe(1);
    await runJobs(t);
    expect(await deviceMessages(t)).toEqual([]);
    expect(await messages(emergencyId)).toMatchObject([{ state: "cancelled" }]);
    expect(await list()).toMatchObject([{ ended: { by: "Anna Admin", stopped: 1 } }]);
    await expect(end(emergencyId)).rejects.toThrow("called off already");
  });

  it("gives up what could not leave in its time", async () => {
    const emergencyId = await send({ hours: 0.25 });
    vi.setSystemTime(NOON + HOUR_MS);
    await runJobs(t);
    expect(await messages(emergencyId)).toMatchObject([{ state: "skipped" }]);
  });

  it.each([
    ["reason", { reason: " " }],
    ["text", { text: "" }],
    ["subject", { subject: "" }],
    ["contactIds", { contactIds: [] }],
    ["hours", { hours: 25 }],
    ["hours", { hours: Number.NaN }],
  ])("is refused with the field %s", async (field, changes) => {
    await expect(send(changes)).rejects.toMatchObject({ data: { code: "invalid", field } });
    expect(await allRows(t, "emergencies")).toEqual([]);
  });
});

describe("a waiting message that is declared an emergency", () => {
  it("goes by the usual rules again when that is called off", async () => {
    const night = NOON + 12 * HOUR_MS;
    vi.setSystemTime(night);
    const { queueId } = await queueText(t, workspace, { channel: "sms", purpose: "marketing", dueAt: night + HOUR_MS });
    await asAdmin(t).mutation(api.delivery.emergencies.mutations.allow, {
      orgId: workspace.orgId,
      queueId,
      reason: "asked for it",
    });
    expect((await rowOf(t, queueId)).emergency).toMatchObject({ reason: "asked for it" });
    const [emergency] = await list();
    expect(emergency).toMatchObject({ scope: { kind: "message", queueId } });
    if (emergency !== undefined) await end(emergency.id);
    expect((await rowOf(t, queueId)).emergency).toBeUndefined();
  });
});

describe("a pause", () => {
  it("says how many messages it holds, and forgets them when it is lifted", async () => {
    const { orgId } = workspace;
    const pauses = () => asAdmin(t).query(api.delivery.pauses.queries.list, { orgId });
    const pauseId = await asAdmin(t).mutation(api.delivery.pauses.mutations.pause, {
      orgId,
      scope: { kind: "source", sourceKind: "system" },
      reason: "checking a template",
    });
    await queueText(t, workspace, { idempotencyKey: "a" });
    await queueText(t, workspace, { idempotencyKey: "b" });
    await runJobs(t);
    expect(await pauses()).toMatchObject([{ id: pauseId, held: 2, by: "Anna Admin" }]);
    await asAdmin(t).mutation(api.delivery.pauses.mutations.resume, { orgId, pauseId });
    await runJobs(t);
    expect(await pauses()).toEqual([]);
    expect(await deviceMessages(t)).toHaveLength(2);
    const counts = (await allRows(t, "queueTallies")).flatMap((tally) => Object.keys(tally.counts));
    expect(counts.filter((key) => key.startsWith("held"))).toEqual([]);
  });
});
