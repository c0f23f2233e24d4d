import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { decryptSecret, encryptSecret, randomToken, sha256Hex } from "../../lib/crypto";
import { getEnv, requireEnv } from "../../lib/env";
import { appError } from "../../lib/errors";
import { CATALOGUE } from "../catalogue";

/** Where providers report to: `<base>/hooks/provider/<connection>/<secret>`. */
export const PROVIDER_HOOK_PREFIX = "/hooks/provider/";

/**
 * The address providers reach this deployment's routes at, without a trailing slash. Some sign it, so it must be the one
 * they call, not the one a proxy forwards to (providers.md 0.1).
 */
export function webhookBaseUrl(): string {
  return (getEnv("PUBLIC_WEBHOOK_BASE_URL") ?? requireEnv("CONVEX_SITE_URL")).replace(/\/+$/, "");
}

/**
 * Gives a connection a webhook address with a new secret and returns it; the old one ends. Throws `invalid` for
 * providers that report nothing.
 */
export async function renewWebhookAddress(ctx: MutationCtx, connection: Doc<"connections">): Promise<string> {
  if (!CATALOGUE[connection.provider].hasWebhook) {
    throw appError("invalid", "This provider reports nothing.", { field: "connectionId" });
  }
  const secret = randomToken();
  await ctx.db.patch("connections", connection._id, {
    webhookSecretHash: await sha256Hex(secret),
    encryptedWebhookSecret: await encryptSecret(secret),
  });
  return addressWith(connection, secret);
}

/** The address the connection's provider reports to, or null when it has none. It is a secret: show it to admins only. */
export async function webhookAddressOf(connection: Doc<"connections">): Promise<string | null> {
  const { encryptedWebhookSecret } = connection;
  if (encryptedWebhookSecret === undefined) return null;
  return addressWith(connection, await decryptSecret(encryptedWebhookSecret));
}

/** The connection a webhook address names, whoever owns it, or null. The address's own secret is the proof. */
export async function connectionByPublicId(ctx: QueryCtx, publicId: string): Promise<Doc<"connections"> | null> {
  const connectionId = ctx.db.normalizeId("connections", publicId);
  return connectionId === null ? null : await ctx.db.get("connections", connectionId);
}

function addressWith({ _id }: Doc<"connections">, secret: string): string {
  return `${webhookBaseUrl()}${PROVIDER_HOOK_PREFIX}${_id}/${secret}`;
}
