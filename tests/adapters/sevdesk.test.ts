import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { reportStatus } from "../../convex/bookkeeping/model";
import { enqueue } from "../../convex/delivery/model";
import { setupConvex } from "../support/convex";
import { asAdmin, inMutation, makeWorkspace } from "../support/delivery";
import { errorOf } from "../support/members";
import { until } from "../support/until";

const TOKEN = "0123456789abcdef0123456789abcdef";
const servers: Server[] = [];

beforeEach(() => vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true"));
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Seen = { method: string; path: string; body: Record<string, unknown> };

/** sevDesk as far as we use it: addresses, custom field settings and values; wrapped, ids as text. */
async function sevdesk(refuseWith?: number) {
  const seen: Seen[] = [];
  const fields: { id: string; contact: string; value: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
      const path = request.url ?? "";
      seen.push({ method: request.method ?? "", path, body });
      const answer = (status: number, objects: unknown) => {
        response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(objects));
      };
      if (refuseWith !== undefined) return answer(refuseWith, { error: { message: "No." } });
      if (request.headers.authorization !== TOKEN)
        return answer(401, { error: { message: "Authentication required" } });
      if (path.startsWith("/CommunicationWay")) return answer(200, { objects: ADDRESSES });
      if (path.startsWith("/ContactCustomFieldSetting")) {
        return answer(200, { objects: request.method === "GET" ? [] : { id: "9", name: body.name } });
      }
      if (request.method === "GET") return answer(200, { objects: [] });
      if (request.method === "POST") {
        fields.push({ id: "31", contact: (body.contact as { id: string }).id, value: String(body.value) });
        return answer(201, { objects: { id: "31" } });
      }
      const field = fields.find(({ id }) => path.endsWith(`/${id}`));
      if (field !== undefined) field.value = String(body.value);
      answer(200, { objects: { id: field?.id } });
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, fields };
}

const ADDRESSES = [
  { id: "1", type: "EMAIL", value: "max@example.org", contact: { id: "77", objectName: "Contact" } },
  { id: "2", type: "EMAIL", value: "max.office@example.org", contact: { id: "77", objectName: "Contact" } },
  { id: "3", type: "EMAIL", value: "stranger@example.org", contact: { id: "78", objectName: "Contact" } },
];

async function connected(refuseWith?: number) {
  const stub = await sevdesk(refuseWith);
  const t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  const admin = asAdmin(t);
  await admin.mutation(api.bookkeeping.mutations.connect, { orgId, token: TOKEN, baseUrl: stub.baseUrl });
  const account = async () => await admin.query(api.bookkeeping.queries.account, { orgId });
  // Connecting starts the first sync.
  await until("the first sync", async () => ["done", "failed"].includes((await account())?.sync.kind ?? ""));
  const sent = async () =>
    await inMutation(t, async (ctx) => {
      const { queueId } = await enqueue(ctx, {
        orgId,
        lane: "transactional",
        channel: "email",
        contactId: workspace.contactId,
        purpose: "transactional",
        source: { kind: "system", name: "test" },
        content: { kind: "finished", subject: "Hello", text: "Hello", fileIds: [] },
        dueAt: Date.now() + 3_600_000,
        idempotencyKey: "one",
      });
      await reportStatus(ctx, orgId, queueId);
      return queueId;
    });
  const makeDue = async () => {
    await inMutation(t, async (ctx) => {
      for (const { _id } of await ctx.db.query("bookkeepingReports").take(5)) {
        await ctx.db.patch("bookkeepingReports", _id, { dueAt: 0 });
      }
    });
  };
  const report = async () => {
    await makeDue();
    await t.action(internal.bookkeeping.jobs.report, { orgId });
  };
  const waiting = async () => await t.run(async (ctx) => await ctx.db.query("bookkeepingReports").take(5));
  return { ...stub, t, orgId, contactId: workspace.contactId, admin, account, sent, report, waiting };
}

describe("sevDesk", () => {
  it("is asked for addresses with the bare token; people we know are linked and reachable in more ways", async () => {
    const { account, seen, t, contactId } = await connected();
    expect(seen[0]).toMatchObject({ method: "GET", path: "/CommunicationWay?limit=500&offset=0" });
    expect((await account())?.sync).toMatchObject({ kind: "done", linked: 1, added: 1 });
    const addresses = await t.run(
      async (ctx) =>
        await ctx.db
          .query("contactAddresses")
          .withIndex("by_contact", (q) => q.eq("contactId", contactId))
          .take(10),
    );
    expect(addresses.map(({ address }) => address)).toContain("max.office@example.org");
    const contacts = await t.run(async (ctx) => await ctx.db.query("contacts").take(10));
    expect(contacts).toHaveLength(1);
  });

  it("gets one line about a delivery on the contact, made once and changed afterwards", async () => {
    const { sent, report, fields, waiting, t, orgId } = await connected();
    const queueId = await sent();
    await report();
    expect(fields).toMatchObject([{ contact: "77" }]);
    expect(fields[0]?.value).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\dZ email pending #${queueId}$`));
    expect(await waiting()).toEqual([]);
    await inMutation(t, async (ctx) => {
      await ctx.db.patch("messageQueue", queueId as Id<"messageQueue">, { state: { kind: "sent", at: 0 } });
      await reportStatus(ctx, orgId, queueId);
    });
    await report();
    expect(fields).toHaveLength(1);
    expect(fields[0]?.value).toBe(`1970-01-01T00:00Z email sent #${queueId}`);
  });

  it("that refuses the token is not asked again until a person mends it", async () => {
    const { account } = await connected(401);
    expect(await account()).toMatchObject({ isEnabled: false, disabledReason: "401: No.", sync: { kind: "failed" } });
  });

  it("on this machine is not called where the deployment does not allow it", async () => {
    vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "");
    const { account, seen } = await connected();
    expect((await account())?.sync.kind).toBe("failed");
    expect(seen).toEqual([]);
  });

  it("wants a token that can be one and an https address", async () => {
    const { admin, orgId } = await connected();
    const connect = async (fields: { token?: string; baseUrl?: string }) =>
      (await errorOf(admin.mutation(api.bookkeeping.mutations.connect, { orgId, ...fields }))).field;
    expect(await connect({ token: "short" })).toBe("token");
    expect(await connect({ baseUrl: "http://example.org" })).toBe("baseUrl");
  });

  it("keeps the token to itself", async () => {
    const { account, t } = await connected();
    expect(JSON.stringify(await account())).not.toContain(TOKEN);
    const rows = await t.run(async (ctx) => await ctx.db.query("bookkeepingAccounts").take(1));
    expect(JSON.stringify(rows)).not.toContain(TOKEN);
  });
});
