import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { encryptSecret, randomToken } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { appError } from "../../lib/errors";
import { isZone, MINUTE_MS } from "../../lib/time";
import type { OwnSourceKind } from "../statuses";

/** Sources shown on one screen; a business has a handful. */
const SOURCES_LIMIT = 100;
/** Bytes of a new signing secret: the upper end of what Standard Webhooks allows is 64. */
const SECRET_BYTES = 32;

const MAX_NAME_CHARS = 100;
/** A shorter secret can be guessed; demos and tests have ones of their own. */
const MIN_SECRET_CHARS = 8;
const MAX_SECRET_CHARS = 200;

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

/** Once a minute is often enough for "last heard of"; more would make concurrent deliveries wait for each other. */
const NOTE_EVERY_MS = MINUTE_MS;

/** Notes that a genuine delivery of the source came. */
export async function noteEvent(ctx: MutationCtx, source: Doc<"bookingSources">, now: number): Promise<void> {
  if (now - (source.lastEventAt ?? 0) < NOTE_EVERY_MS) return;
  await ctx.db.patch("bookingSources", source._id, { lastEventAt: now });
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
  requireName(name);
  if (venueZone !== undefined) requireZone(venueZone);
  if (fields.secret !== undefined) requireSecret(fields.secret);
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

/** How the record and lists name a workspace's own ways in; screens say it in their language, by the kind. */
const OWN_NAMES: Record<OwnSourceKind, string> = { manual: "By hand", api: "REST API", csv: "CSV" };

/** The source of bookings from one of the workspace's own ways in; null before the first of them. */
export async function knownOwnSource(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  kind: OwnSourceKind,
): Promise<Doc<"bookingSources"> | null> {
  return (await listSources(ctx, orgId)).find((source) => source.kind === kind) ?? null;
}

/** The same, made with the first of them. */
export async function ownSource(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  kind: OwnSourceKind,
): Promise<Doc<"bookingSources">> {
  const known = await knownOwnSource(ctx, orgId, kind);
  if (known !== null) return known;
  const { sourceId } = await createSource(ctx, { orgId, kind, name: OWN_NAMES[kind] });
  return await requireSource(ctx, orgId, sourceId);
}

type SourceChange = { name?: string; venueZone?: string | null; isEnabled?: boolean };

/** Changes a source; `venueZone: null` means its bookings without a place are online. Throws `invalid` with the field. */
export async function changeSource(
  ctx: MutationCtx,
  source: Doc<"bookingSources">,
  { name, venueZone, isEnabled }: SourceChange,
): Promise<void> {
  if (name !== undefined) requireName(name);
  if (typeof venueZone === "string") requireZone(venueZone);
  await ctx.db.patch("bookingSources", source._id, {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(venueZone === undefined ? {} : { venueZone: venueZone ?? undefined }),
    ...(isEnabled === undefined ? {} : { isEnabled }),
  });
}

/** Gives a source another signing secret, its own or a fresh one, and returns it: it can be read only here. */
export async function setSourceSecret(
  ctx: MutationCtx,
  source: Doc<"bookingSources">,
  secret = newSecret(),
): Promise<string> {
  requireSecret(secret);
  await ctx.db.patch("bookingSources", source._id, { encryptedSecret: await encryptSecret(secret) });
  return secret;
}

function requireName(name: string): void {
  if (name.trim() !== "" && name.length <= MAX_NAME_CHARS) return;
  throw appError("invalid", `A source needs a name of at most ${MAX_NAME_CHARS} characters.`, { field: "name" });
}

function requireZone(zone: string): void {
  if (!isZone(zone)) throw appError("invalid", `${zone} is not a time zone.`, { field: "venueZone" });
}

function requireSecret(secret: string): void {
  if (secret.length >= MIN_SECRET_CHARS && secret.length <= MAX_SECRET_CHARS) return;
  const message = `A signing secret has ${MIN_SECRET_CHARS} to ${MAX_SECRET_CHARS} characters.`;
  throw appError("invalid", message, { field: "secret" });
}

function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}`;
}
