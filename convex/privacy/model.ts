import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { AuditAction, AuditDetails } from "../audit/actions";
import { record } from "../audit/model";
import { requireContact } from "../contacts/model";
import { appError } from "../lib/errors";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { setRetention } from "../orgs/retention/model";
import type { Retention } from "../orgs/retention/rules";
import { vRequestState, type RequestState } from "./schema";

/** A moment to call an erasure off: it cannot be undone once it runs. */
export const ERASURE_DELAY_MS = 30_000;

/** How long an export can be fetched. */
const EXPORT_KEPT_MS = 7 * 24 * HOUR_MS;

/** An action that lives comes on within its ten minutes. */
const STALLED_AFTER_MS = 12 * MINUTE_MS;

const MAX_NOTE_CHARS = 500;
const SWEEP_BATCH = 50;

export const vDataRequest = v.object({
  id: v.id("dataRequests"),
  kind: v.union(v.literal("export"), v.literal("erasure")),
  contact: v.object({ id: v.id("contacts"), name: v.string() }),
  note: v.string(),
  requestedByName: v.string(),
  requestedAt: v.number(),
  state: vRequestState,
  /** Where an export can be fetched. */
  url: v.union(v.string(), v.null()),
});

/** The request, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireRequest(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  requestId: Id<"dataRequests">,
): Promise<Doc<"dataRequests">> {
  const request = await ctx.db.get("dataRequests", requestId);
  if (request === null || request.orgId !== orgId) throw appError("not_found", "This request does not exist.");
  return request;
}

/** Requests of the organisation, or of one contact in it, newest first. */
export async function listRequests(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { contactId, paginationOpts }: { contactId?: Id<"contacts">; paginationOpts: PaginationOptions },
) {
  if (contactId !== undefined) await requireContact(ctx, orgId, contactId);
  const rows =
    contactId === undefined
      ? ctx.db.query("dataRequests").withIndex("by_org", (q) => q.eq("orgId", orgId))
      : ctx.db.query("dataRequests").withIndex("by_contact", (q) => q.eq("contactId", contactId));
  const result = await rows.order("desc").paginate(paginationOpts);
  return { ...result, page: await Promise.all(result.page.map((row) => present(ctx, row))) };
}

/** Starts putting together what is known about a person. Throws `conflict` while something is under way for them. */
export async function requestExport(
  ctx: MutationCtx,
  asked: { member: Doc<"members">; contactId: Id<"contacts">; note: string },
): Promise<void> {
  const requestId = await insertRequest(ctx, "export", asked, runningFrom(Date.now()));
  await ctx.scheduler.runAfter(0, internal.privacy.jobs.runExport, { requestId });
}

/**
 * Schedules the erasure of a person; for a moment it can be called off. `confirmedName` is the name typed once more.
 * Throws `invalid` when it is another one, and `conflict` while something is under way for them.
 */
export async function requestErasure(
  ctx: MutationCtx,
  asked: { member: Doc<"members">; contactId: Id<"contacts">; note: string; confirmedName: string },
): Promise<Id<"dataRequests">> {
  const contact = await requireContact(ctx, asked.member.orgId, asked.contactId);
  if (contact.erasedAt !== undefined) throw appError("conflict", "This person was erased already.");
  if (asked.confirmedName.trim() !== contact.name) {
    throw appError("invalid", "Type the name exactly as it stands there.", { field: "confirmedName" });
  }
  const startsAt = Date.now() + ERASURE_DELAY_MS;
  const requestId = await insertRequest(ctx, "erasure", asked, { kind: "scheduled", startsAt });
  await ctx.scheduler.runAfter(ERASURE_DELAY_MS, internal.privacy.jobs.runErasure, { requestId });
  return requestId;
}

/** Calls an erasure off before it began. Throws `conflict` after that. */
export async function cancelErasure(ctx: MutationCtx, request: Doc<"dataRequests">): Promise<void> {
  if (request.state.kind !== "scheduled") throw appError("conflict", "The erasure has begun and cannot be called off.");
  await ctx.db.patch("dataRequests", request._id, { state: { kind: "cancelled", at: Date.now() } });
}

/** Tries a request again that failed. It goes on from the beginning: what is done already changes nothing. */
export async function retryRequest(ctx: MutationCtx, request: Doc<"dataRequests">): Promise<void> {
  if (request.state.kind !== "failed") throw appError("conflict", "Only what failed can be tried again.");
  await setState(ctx, request._id, runningFrom(Date.now()));
  await resume(ctx, request, 0);
}

/** Changes how long texts are kept, and notes who did. Throws `invalid` with the field. */
export async function changeRetention(ctx: MutationCtx, member: Doc<"members">, retention: Retention): Promise<void> {
  const { orgId } = member;
  await setRetention(ctx, orgId, retention);
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, { orgId, actor, action: "retention.changed", subject, details: { ...retention } });
}

/** Where a run is to go on, or null when there is nothing to run. An erasure that was due begins. */
export async function beginRun(
  ctx: MutationCtx,
  requestId: Id<"dataRequests">,
): Promise<{ request: Doc<"dataRequests">; part: number; cursor: string | null; rows: number } | null> {
  const request = await ctx.db.get("dataRequests", requestId);
  if (request === null) return null;
  if (request.state.kind === "scheduled") {
    await setState(ctx, requestId, runningFrom(Date.now()));
    return { request, part: 0, cursor: null, rows: 0 };
  }
  if (request.state.kind !== "running") return null;
  const { part, cursor, rows } = request.state;
  return { request, part, cursor, rows };
}

/** Everybody a person is known as: those who became part of their contact first, the contact itself last. */
export async function idsOfPerson(ctx: QueryCtx, { orgId, contactId }: Doc<"dataRequests">): Promise<Id<"contacts">[]> {
  const { mergedIds = [] } = await requireContact(ctx, orgId, contactId);
  return [...mergedIds, contactId];
}

/** Remembers how far a run came. */
export async function noteProgress(
  ctx: MutationCtx,
  requestId: Id<"dataRequests">,
  progress: { part: number; cursor: string | null; rows: number },
): Promise<void> {
  await setState(ctx, requestId, { kind: "running", ...progress, at: Date.now() });
}

/** The export is there and can be fetched for a week. */
export async function finishExport(
  ctx: MutationCtx,
  requestId: Id<"dataRequests">,
  { rows, storageId, sizeBytes }: { rows: number; storageId: Id<"_storage">; sizeBytes: number },
): Promise<void> {
  const at = Date.now();
  const expiresAt = at + EXPORT_KEPT_MS;
  await setState(ctx, requestId, { kind: "done", at, rows, storageId, sizeBytes, expiresAt });
}

/** The person is erased: their name goes from every request about them, too. */
export async function finishErasure(ctx: MutationCtx, requestId: Id<"dataRequests">, rows: number): Promise<void> {
  const request = await ctx.db.get("dataRequests", requestId);
  if (request === null) return;
  await setState(ctx, requestId, { kind: "done", at: Date.now(), rows });
  const about = await ctx.db
    .query("dataRequests")
    .withIndex("by_contact", (q) => q.eq("contactId", request.contactId))
    .take(SWEEP_BATCH);
  for (const each of about) {
    await ctx.db.patch("dataRequests", each._id, { contactName: "" });
    await expireExport(ctx, each, Date.now());
  }
  await audit(ctx, request, "contact.erased", { rows });
}

/** Keeps why a run ended. */
export async function failRequest(ctx: MutationCtx, requestId: Id<"dataRequests">, reason: string): Promise<void> {
  await setState(ctx, requestId, { kind: "failed", at: Date.now(), reason });
}

/** Removes exports past their time and takes up runs that a crash cut short. Returns how many of those there were. */
export async function sweep(ctx: MutationCtx, now: number): Promise<number> {
  const done = await ctx.db
    .query("dataRequests")
    .withIndex("by_state", (q) =>
      q
        .eq("state.kind", "done")
        .gt("requestedAt", now - 2 * EXPORT_KEPT_MS)
        .lt("requestedAt", now - EXPORT_KEPT_MS),
    )
    .take(SWEEP_BATCH);
  for (const request of done) {
    const { state } = request;
    if (state.kind === "done" && (state.expiresAt ?? Infinity) <= now) await expireExport(ctx, request, now);
  }
  const running = await ctx.db
    .query("dataRequests")
    .withIndex("by_state", (q) => q.eq("state.kind", "running"))
    .take(SWEEP_BATCH);
  const stalled = running.filter(({ state }) => state.kind === "running" && now - state.at > STALLED_AFTER_MS);
  for (const request of stalled) await resume(ctx, request, 0);
  return stalled.length;
}

function runningFrom(at: number): RequestState {
  return { kind: "running", part: 0, cursor: null, rows: 0, at };
}

async function insertRequest(
  ctx: MutationCtx,
  kind: Doc<"dataRequests">["kind"],
  { member, contactId, note }: { member: Doc<"members">; contactId: Id<"contacts">; note: string },
  state: RequestState,
): Promise<Id<"dataRequests">> {
  const { orgId } = member;
  const contact = await requireContact(ctx, orgId, contactId);
  if (contact.mergedInto !== undefined) {
    throw appError("conflict", "This contact is part of another one: ask for that one.", { field: "contactId" });
  }
  const newest = await ctx.db
    .query("dataRequests")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .first();
  if (newest?.state.kind === "running" || newest?.state.kind === "scheduled") {
    throw appError("conflict", "A request for this person is under way.");
  }
  const requestId = await ctx.db.insert("dataRequests", {
    orgId,
    kind,
    contactId,
    contactName: contact.name,
    note: note.trim().slice(0, MAX_NOTE_CHARS),
    requestedBy: member._id,
    requestedAt: Date.now(),
    state,
  });
  const request = await requireRequest(ctx, orgId, requestId);
  await audit(ctx, request, kind === "export" ? "contact.export_requested" : "contact.erasure_requested");
  return requestId;
}

async function resume(ctx: MutationCtx, { _id: requestId, kind }: Doc<"dataRequests">, delayMs: number): Promise<void> {
  const job = kind === "export" ? internal.privacy.jobs.runExport : internal.privacy.jobs.runErasure;
  await ctx.scheduler.runAfter(delayMs, job, { requestId });
}

async function expireExport(ctx: MutationCtx, request: Doc<"dataRequests">, now: number): Promise<void> {
  const { state } = request;
  if (request.kind !== "export" || state.kind !== "done" || state.storageId === undefined) return;
  await ctx.storage.delete(state.storageId);
  await setState(ctx, request._id, { kind: "expired", at: now });
}

async function setState(ctx: MutationCtx, requestId: Id<"dataRequests">, state: RequestState): Promise<void> {
  await ctx.db.patch("dataRequests", requestId, { state });
}

async function present(ctx: QueryCtx, row: Doc<"dataRequests">): Promise<Infer<typeof vDataRequest>> {
  const { _id, kind, contactId, contactName, note, requestedBy, requestedAt, state } = row;
  const member = await ctx.db.get("members", requestedBy);
  const storageId = state.kind === "done" ? state.storageId : undefined;
  return {
    id: _id,
    kind,
    contact: { id: contactId, name: contactName },
    note,
    requestedByName: member?.displayName ?? "",
    requestedAt,
    state,
    url: storageId === undefined ? null : await ctx.storage.getUrl(storageId),
  };
}

async function audit(
  ctx: MutationCtx,
  { orgId, contactId, requestedBy, note }: Doc<"dataRequests">,
  action: AuditAction,
  details: AuditDetails = {},
): Promise<void> {
  const actor = { kind: "member", memberId: requestedBy } as const;
  await record(ctx, {
    orgId,
    actor,
    action,
    subject: { table: "contacts", id: contactId },
    details: { note, ...details },
  });
}
