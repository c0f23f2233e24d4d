import type { Id } from "../../convex/_generated/dataModel";
import { createConnection, requireConnection } from "../../convex/connections/model";
import type { Provider } from "../../convex/connections/schema";
import { renewWebhookAddress } from "../../convex/connections/webhooks/model";
import { setState } from "../../convex/delivery/model";
import { hmacSha256Hex } from "../../convex/lib/crypto";
import type { Channel } from "../../convex/lib/closedSets";
import { inMutation, NOON, queueText, type Convex, type Workspace } from "./delivery";

/** A provider account whose reports the route takes. */
export type Hook = {
  connectionId: Id<"connections">;
  /** The public address with its secret. */
  url: string;
  path: string;
};

/** Sets up a provider account with a webhook address. */
export async function makeHook(
  t: Convex,
  { orgId }: Workspace,
  account: {
    provider: Provider;
    channel: Channel;
    secrets?: Record<string, string>;
    settings?: Record<string, string | number | boolean>;
  },
): Promise<Hook> {
  const made = await inMutation(t, async (ctx) => {
    const connectionId = await createConnection(ctx, { orgId, name: account.provider, ...account });
    const url = await renewWebhookAddress(ctx, await requireConnection(ctx, orgId, connectionId));
    return { connectionId, url };
  });
  return { ...made, path: new URL(made.url).pathname };
}

/** A message that left through a connection; with `providerMessageId` its provider has accepted it. */
export async function sentThrough(
  t: Convex,
  workspace: Workspace,
  { connectionId }: Hook,
  message: { key: string; channel: Channel; address?: string; providerMessageId?: string },
): Promise<Id<"messageQueue">> {
  const { key, channel, address = "+4915112345678", providerMessageId } = message;
  const { queueId } = await queueText(t, workspace, {
    idempotencyKey: key,
    channel,
    purpose: "marketing",
    lane: "marketing",
    dueAt: NOON + 3_600_000,
  });
  await inMutation(t, async (ctx) => {
    const row = await ctx.db.get("messageQueue", queueId);
    if (row === null) throw new Error("the message is gone");
    const route = { connectionId, routedChannel: channel, address };
    if (providerMessageId !== undefined) {
      await setState(ctx, row, { kind: "sent", at: NOON }, { ...route, providerMessageId });
      return;
    }
    const attempt = { attempt: 1, provider: "twilio", startedAt: NOON, leaseUntil: NOON + 60_000 } as const;
    await setState(ctx, row, { kind: "sending", ...attempt }, { ...route, attemptCount: 1 });
  });
  return queueId;
}

/** Secrets of the Meta account in these tests. */
export const META_SECRETS = { accessToken: "EAA", appSecret: "app-geheim", verifyToken: "bitte-merken" };

const SECONDS = String(NOON / 1000);

/** Meta's envelope around one value. */
export const metaEnvelope = (value: object, field = "messages") => ({
  object: "whatsapp_business_account",
  entry: [{ id: "W", changes: [{ field, value: { messaging_product: "whatsapp", ...value } }] }],
});

/** A status of a message, to be put into `metaEnvelope({ statuses })`. */
export const metaStatus = (id: string, kind: string, more: object = {}) => ({
  id,
  status: kind,
  timestamp: SECONDS,
  recipient_id: "4915112345678",
  ...more,
});

/** The status of a message that failed with one of Meta's codes. */
export const metaFailed = (id: string, code: number) =>
  metaStatus(id, "failed", { errors: [{ code, title: "x", error_data: { details: `details of ${code}` } }] });

/** A text of the workspace's contact. */
export const metaText = (id: string, body: string, more: object = {}) =>
  metaEnvelope({
    contacts: [{ profile: { name: "Max Muster" }, wa_id: "4915112345678" }],
    messages: [{ from: "4915112345678", id, timestamp: SECONDS, type: "text", text: { body }, ...more }],
  });

/** A WhatsApp account at Meta whose reports the route takes. */
export const makeMetaHook = (t: Convex, workspace: Workspace) =>
  makeHook(t, workspace, {
    provider: "meta",
    channel: "whatsapp",
    secrets: META_SECRETS,
    settings: { phoneNumberId: "1" },
  });

/** Posts a payload as Meta does, signed with the app secret. */
export async function postMeta(
  t: Convex,
  hook: Hook,
  payload: object | string,
  changes: { path?: string; signature?: string } = {},
): Promise<Response> {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const signature = changes.signature ?? `sha256=${await hmacSha256Hex(META_SECRETS.appSecret, body)}`;
  return await t.fetch(changes.path ?? hook.path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Hub-Signature-256": signature },
    body,
  });
}
