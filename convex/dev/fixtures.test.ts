import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { calcomBody, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { localIdentity } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import { hmacSha256Hex } from "../lib/crypto";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:12:44Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

it("makes workspaces that take a signed booking and keep apart", async () => {
  const t = setupConvex();
  const [one, two] = [
    await t.action(internal.dev.fixtures.createWorkspace, { key: "eins" }),
    await t.action(internal.dev.fixtures.createWorkspace, { key: "zwei" }),
  ];
  const body = calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z");
  const headers = { "X-Cal-Signature-256": await hmacSha256Hex(one.calcom.secret, body) };
  const post = (publicId: string) => t.fetch(`/hooks/booking/${publicId}`, { method: "POST", body, headers });
  expect((await post(two.calcom.publicId)).status).toBe(401);
  expect((await post(one.calcom.publicId)).status).toBe(202);
  await settle(t);
  const users = await t.run(async (ctx) => await ctx.db.query("users").take(1000));
  expect(users.map(({ email }) => email)).toEqual([...one.members, ...two.members].map(({ email }) => email));
  const list = async (orgId: typeof one.orgId, user: number) =>
    await t.withIdentity(localIdentity(users[user]!._id)).query(api.sequences.queries.list, { orgId });
  expect(await list(one.orgId, 1)).toMatchObject([{ stepCount: 5, figures: { active: 1, planned: 5 } }]);
  expect(await list(two.orgId, 2)).toMatchObject([{ stepCount: 5, figures: { active: 0, planned: 0 } }]);
});
