import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { asAdmin, inMutation, makeWorkspace } from "../../../tests/support/delivery";
import { api } from "../../_generated/api";
import { sha256Hex } from "../../lib/crypto";
import { asAppError } from "../../lib/errors";
import { createConnection, requireConnection } from "../model";
import { connectionByPublicId, renewWebhookAddress, webhookAddressOf } from "./model";

async function withConnection() {
  const t = setupConvex();
  const { orgId } = await makeWorkspace(t);
  const connectionId = await inMutation(t, (ctx) =>
    createConnection(ctx, { orgId, channel: "sms", provider: "twilio", name: "Twilio" }),
  );
  const load = () => inMutation(t, (ctx) => requireConnection(ctx, orgId, connectionId));
  const renew = async () => {
    const connection = await load();
    return await inMutation(t, (ctx) => renewWebhookAddress(ctx, connection));
  };
  return { t, orgId, connectionId, load, renew };
}

beforeEach(() => {
  vi.stubEnv("PUBLIC_WEBHOOK_BASE_URL", "https://hub.example/");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the webhook address of a connection", () => {
  it("has an unguessable secret of which the row keeps a hash and cipher text", async () => {
    const { load, renew, connectionId } = await withConnection();
    expect(await webhookAddressOf(await load())).toBeNull();
    const address = await renew();
    const secret = address.split("/").at(-1) ?? "";
    expect(address).toBe(`https://hub.example/hooks/provider/${connectionId}/${secret}`);
    expect(secret).toMatch(/^[\w-]{43}$/);
    const row = await load();
    expect(row.webhookSecretHash).toBe(await sha256Hex(secret));
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(await webhookAddressOf(row)).toBe(address);
  });

  it("is on the deployment's own address unless another one is public", async () => {
    vi.stubEnv("PUBLIC_WEBHOOK_BASE_URL", "");
    const { renew } = await withConnection();
    expect(await renew()).toMatch(/^http:\/\/127\.0\.0\.1:3211\/hooks\/provider\//);
  });

  it("ends with the next one", async () => {
    const { load, renew } = await withConnection();
    const [first, second] = [await renew(), await renew()];
    expect(second).not.toBe(first);
    expect(await webhookAddressOf(await load())).toBe(second);
  });

  it("is refused to providers that report nothing", async () => {
    const { t, orgId } = await withConnection();
    const error = await inMutation(t, async (ctx) => {
      const id = await createConnection(ctx, { orgId, channel: "email", provider: "smtp", name: "SMTP" });
      return await renewWebhookAddress(ctx, await requireConnection(ctx, orgId, id)).catch(asAppError);
    });
    expect(error).toMatchObject({ code: "invalid" });
  });

  it("is found by its connection only", async () => {
    const { t, connectionId, orgId } = await withConnection();
    expect((await inMutation(t, (ctx) => connectionByPublicId(ctx, connectionId)))?._id).toBe(connectionId);
    expect(await inMutation(t, (ctx) => connectionByPublicId(ctx, orgId))).toBeNull();
    expect(await inMutation(t, (ctx) => connectionByPublicId(ctx, "nonsense"))).toBeNull();
  });

  it("never reaches a browser with the list", async () => {
    const { t, renew, orgId } = await withConnection();
    const secret = (await renew()).split("/").at(-1) ?? "";
    const list = await asAdmin(t).query(api.connections.queries.list, { orgId });
    expect(list.find(({ provider }) => provider === "twilio")).toMatchObject({ hasWebhook: true });
    expect(JSON.stringify(list)).not.toContain(secret);
    expect(JSON.stringify(list)).not.toContain("encryptedWebhookSecret");
  });
});

describe("on the Connections screen", () => {
  it("an admin makes the address, sees it again, and renews it", async () => {
    const { t, orgId, connectionId } = await withConnection();
    const admin = asAdmin(t);
    const { queries, mutations } = api.connections.webhooks;
    expect(await admin.query(queries.address, { orgId, connectionId })).toBeNull();
    const first = await admin.mutation(mutations.renew, { orgId, connectionId });
    expect(await admin.query(queries.address, { orgId, connectionId })).toBe(first);
    expect(await admin.mutation(mutations.renew, { orgId, connectionId })).not.toBe(first);
  });
});
