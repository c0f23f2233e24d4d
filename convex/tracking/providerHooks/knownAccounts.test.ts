import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, makeWorkspace, NOON, type Convex } from "../../../tests/support/delivery";
import { makeMetaHook, metaEnvelope, metaStatus, postMeta, type Hook } from "../../../tests/support/provider-hooks";
import { requireConnection } from "../../connections/model";
import { renewWebhookAddress } from "../../connections/webhooks/model";
import type { Id } from "../../_generated/dataModel";

// An account that has reported is remembered: what is remembered must not outlive what it says.

let t: Convex;
let meta: Hook;
let orgId: Id<"organisations">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  const workspace = await makeWorkspace(t);
  orgId = workspace.orgId;
  meta = await makeMetaHook(t, workspace);
  expect(await report(0)).toBe(200);
});
afterEach(() => {
  vi.useRealTimers();
});

const report = async (i: number, path = meta.path) =>
  (await postMeta(t, meta, metaEnvelope({ statuses: [metaStatus(`wamid.${i}`, "delivered")] }), { path })).status;
const keptTexts = async () =>
  (await allRows(t, "rawEvents")).map(({ body }) => (body.kind === "text" ? body.text : ""));

it("reports that come at once are kept once each, and read by one job", async () => {
  const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => report(i % 12)));
  expect(new Set(answers)).toEqual(new Set([200]));
  const texts = await keptTexts();
  expect(texts).toHaveLength(12);
  for (let i = 0; i < 12; i++) expect(texts.filter((text) => text.includes(`wamid.${i}\\`))).toHaveLength(1);
  const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(100));
  expect(jobs.filter(({ name }) => name.startsWith("intake/jobs"))).toHaveLength(1);
});

it("an account that was changed since is asked for again, and its report kept", async () => {
  await t.run((ctx) => ctx.db.patch("connections", meta.connectionId, { settings: { phoneNumberId: "2" } }));
  expect(await Promise.all([report(1), report(2), report(1)])).toEqual([200, 200, 200]);
  expect(await keptTexts()).toHaveLength(3);
});

it("an address that was renewed is known no more; the new one is", async () => {
  const url = await inMutation(t, async (ctx) =>
    renewWebhookAddress(ctx, await requireConnection(ctx, orgId, meta.connectionId)),
  );
  expect(await report(1)).toBe(401);
  expect(await report(2, new URL(url).pathname)).toBe(200);
  expect(await report(3)).toBe(401);
  expect(await keptTexts()).toHaveLength(2);
});

it("a removed account takes nothing", async () => {
  await t.run((ctx) => ctx.db.delete("connections", meta.connectionId));
  expect(await report(1)).toBe(401);
  expect(await report(2)).toBe(401);
  expect(await keptTexts()).toHaveLength(1);
});

it("a forged report is refused although its account is remembered", async () => {
  const payload = metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] });
  expect((await postMeta(t, meta, payload, { signature: "sha256=00" })).status).toBe(401);
  expect(await report(1, `${meta.path}x`)).toBe(401);
  expect(await keptTexts()).toHaveLength(1);
});
