import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const { ask, test } = api.sequences.preview.mutations;
const { get } = api.sequences.preview.queries;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:12:44Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

async function workspace() {
  const t = setupConvex();
  const { orgId, templateId } = await makeBookingWorkspace(t);
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, orgId, "marketer");
  const question = { orgId, templateId, channel: "sms", purpose: "transactional" } as const;
  return { t, orgId, templateId, as, question };
}
const text = (body: string) => ({ subject: "", body, layout: "agent_reply" as const, variables: [] });

it("shows the next booking's person what is published, and what is being typed with its gaps", async () => {
  const { t, orgId, as, question } = await workspace();
  const previewId = await as.mutation(ask, question);
  await settle(t, 3);
  const live = await as.query(get, { orgId, previewId });
  expect(live).toMatchObject({ missing: [], shown: { person: "Anna Weber", title: "Jollen-Grundkurs" } });
  expect(live?.state).toMatchObject({ kind: "ready", rendered: { text: expect.stringContaining("Guten Tag Anna,") } });
  const again = { ...question, previewId, text: text("Hallo {{firstName}}, Steg {{pier}}!") };
  expect(await as.mutation(ask, again)).toBe(previewId);
  await settle(t, 3);
  const typed = await as.query(get, { orgId, previewId });
  expect(typed?.missing).toEqual(["pier"]);
  expect(typed?.versionId).toBeUndefined();
  expect(typed?.state).toMatchObject({
    rendered: { text: "Hallo Anna, Steg!" },
    marked: { text: "Hallo Anna, Steg ⟦pier⟧!" },
  });
});

it("sets a mail as it would be sent, with a way out where the purpose wants one", async () => {
  const { t, orgId, as, question } = await workspace();
  const previewId = await as.mutation(ask, { ...question, channel: "email", purpose: "marketing" });
  await settle(t, 3);
  const { state } = (await as.query(get, { orgId, previewId }))!;
  expect(state).toMatchObject({ kind: "ready", rendered: { subject: expect.stringContaining("Jollen-Grundkurs") } });
  expect(state.kind === "ready" && state.rendered.html).toContain("/u/preview");
});

it("is its member's alone, and gone within an hour of the last question", async () => {
  const { t, orgId, as, question } = await workspace();
  const previewId = await as.mutation(ask, question);
  const { as: colleague } = await makeMember(t, orgId, "admin", "colleague");
  expect(await colleague.query(get, { orgId, previewId })).toBeNull();
  vi.advanceTimersByTime(30 * 60_000);
  await as.mutation(ask, { ...question, previewId });
  vi.advanceTimersByTime(31 * 60_000);
  await settle(t, 3);
  expect(await as.query(get, { orgId, previewId })).not.toBeNull();
  vi.advanceTimersByTime(30 * 60_000);
  await settle(t, 3);
  expect(await as.query(get, { orgId, previewId })).toBeNull();
});

it("goes to an address of the team as a test: at once, once, audited, in no figure", async () => {
  const { t, orgId, templateId, as, question } = await workspace();
  const previewId = await as.mutation(ask, { ...question, channel: "email", text: text("Hallo {{firstName}}") });
  const early = as.mutation(test, { orgId, previewId, to: "anna@team.example", key: "1" });
  expect(await errorOf(early)).toMatchObject({ code: "conflict" });
  await settle(t, 3);
  const wrong = as.mutation(test, { orgId, previewId, to: "nowhere", key: "1" });
  expect(await errorOf(wrong)).toMatchObject({ code: "invalid", field: "to" });
  const send = async () => await as.mutation(test, { orgId, previewId, to: "Anna@team.example", key: "1" });
  const queueId = await send();
  expect(await send()).toBe(queueId);
  const row = await t.run(async (ctx) => await ctx.db.get("messageQueue", queueId));
  expect(row).toMatchObject({
    source: { kind: "test", templateId },
    to: { email: "anna@team.example" },
    dueAt: Date.now(),
  });
  const actions = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(100));
  expect(actions.map(({ action }) => action)).toContain("template.test_sent");
  const { as: viewer } = await makeMember(t, orgId, "viewer");
  const refused = viewer.mutation(test, { orgId, previewId, to: "anna@team.example", key: "2" });
  expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
});
