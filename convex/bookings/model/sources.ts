import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { encryptSecret, randomToken } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";

/** Sources shown on one screen; a business has a handful. */
const SOURCES_LIMIT = 100;
/** Bytes of a new signing secret: the upper end of what Standard Webhooks allows is 64. */
const SECRET_BYTES = 32;

/** The source of an organisation. Throws `not_found` for other organisations' ids. */
export async function requireSource(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sourceId: Id<"bookingSources">,
): Promise<Doc<"bookingSources">> {
  const source = await ctx.db.get("bookingSources", sourceId);
  if (source === null || source.orgId !== orgId) throw appError("not_found", "This booking source does not exist.");
  return source;
}

/** The enabled source behind a webhook address, or null. The caller has no organisation yet: the signature decides. */
export async function getSourceByPublicId(ctx: QueryCtx, publicId: string): Promise<Doc<"bookingSources"> | null> {
  const source = await ctx.db
    .query("bookingSources")
    .withIndex("by_public_id", (q) => q.eq("publicId", publicId))
    .unique();
  return source?.isEnabled === true ? source : null;
}

/** The organisation's sources, oldest first. */
export async function listSources(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"bookingSources">[]> {
  return await ctx.db
    .query("bookingSources")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(SOURCES_LIMIT);
}

/** Where the source must send its webhooks: the site address of this deployment. */
export function webhookUrlOf(source: Doc<"bookingSources">): string {
  return `${requireEnv("CONVEX_SITE_URL")}/hooks/booking/${source.publicId}`;
}

/**
 * Adds a source and returns its id with the address part and the signing secret, which can be read only here. Without
 * `secret` a fresh `whsec_` one is made. Throws `invalid` for an unknown venue zone.
 */
export async function createSource(
  ctx: MutationCtx,
  fields: Pick<Doc<"bookingSources">, "orgId" | "kind" | "name" | "venueZone"> & { publicId?: string; secret?: string },
): Promise<{ sourceId: Id<"bookingSources">; publicId: string; secret: string }> {
  const { orgId, kind, name, venueZone } = fields;
  if (venueZone !== undefined && !isZone(venueZone)) {
    throw appError("invalid", `${venueZone} is not a time zone.`, { field: "venueZone" });
  }
  const publicId = fields.publicId ?? randomToken();
  const secret = fields.secret ?? newSecret();
  const sourceId = await ctx.db.insert("bookingSources", {
    orgId,
    kind,
    name,
    publicId,
    encryptedSecret: await encryptSecret(secret),
    isEnabled: true,
    venueZone,
  });
  return { sourceId, publicId, secret };
}

function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}`;
}
