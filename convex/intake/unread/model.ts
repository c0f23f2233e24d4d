import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { isMailKind } from "../email/tooLarge";
import { processAlone } from "../model";
import { senderOfText, shownBody } from "./peek";
import { sourceName } from "./model/sources";

// What came in and stands nowhere: nothing of it may be lost in silence (product.md 2.2 no. 17 and 19).

/** What is read within this time waits for nobody. */
export const UNREAD_AFTER_MS = 15 * MINUTE_MS;

/** The ways in which something lies unread, and what a member put aside. */
export const UNREAD_GROUPS = ["rejected", "failed", "received", "discarded"] as const;
export type UnreadGroup = (typeof UNREAD_GROUPS)[number];

/** More than this are "more than so many": bodies lie in the rows, and a function reads sixteen megabytes. */
const MAX_COUNTED = 50;
const MAX_REASON = 500;

/** So many refused calls within a day are no stranger's mistake. */
export const SERIES = 3;
const MAX_SOURCES = 100;

type Lying = { group: UnreadGroup; count: number; isMore: boolean; oldestAt: number | null };

function rangeOf(ctx: QueryCtx, orgId: Id<"organisations">, group: UnreadGroup, now: number) {
  // What just came is being read.
  const before = group === "received" ? now - UNREAD_AFTER_MS : Number.MAX_SAFE_INTEGER;
  return ctx.db
    .query("rawEvents")
    .withIndex("by_state", (q) => q.eq("orgId", orgId).eq("state.kind", group).lt("receivedAt", before));
}

/** How much lies unread in each way at an instant (UTC ms), and since when. */
export async function lyingUnread(ctx: QueryCtx, orgId: Id<"organisations">, now: number): Promise<Lying[]> {
  return await Promise.all(
    UNREAD_GROUPS.map(async (group) => {
      const rows = await rangeOf(ctx, orgId, group, now).take(MAX_COUNTED + 1);
      const isMore = rows.length > MAX_COUNTED;
      return { group, count: Math.min(rows.length, MAX_COUNTED), isMore, oldestAt: rows[0]?.receivedAt ?? null };
    }),
  );
}

/** All of it together, without what was put aside. */
export async function unreadSummary(ctx: QueryCtx, orgId: Id<"organisations">, now: number) {
  const groups = await lyingUnread(ctx, orgId, now);
  const open = groups.filter(({ group }) => group !== "discarded");
  const oldest = open.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    count: open.reduce((sum, { count }) => sum + count, 0),
    isMore: open.some(({ isMore }) => isMore),
    oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
    refusedCalls: (await refusedSeries(ctx, orgId)).reduce((sum, { count }) => sum + count, 0),
    groups,
  };
}

/** A page of what lies unread in one way, newest first. */
export async function listUnread(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { group, now, paginationOpts }: { group: UnreadGroup; now: number; paginationOpts: PaginationOptions },
) {
  const result = await rangeOf(ctx, orgId, group, now).order("desc").paginate(paginationOpts);
  return { ...result, page: await Promise.all(result.page.map((event) => presented(ctx, event))) };
}

/** The same with what is kept of it. Throws `not_found`. */
export async function unreadDetail(ctx: QueryCtx, orgId: Id<"organisations">, rawEventId: Id<"rawEvents">) {
  const event = await requireOwn(ctx, orgId, rawEventId);
  const { body, kind } = event;
  const isFileOfMail = body.kind === "file" && isMailKind(kind);
  return {
    ...(await presented(ctx, event)),
    text: body.kind === "text" && body.text !== "" ? shownBody(kind, body.text) : null,
    originalUrl: isFileOfMail ? await ctx.storage.getUrl(body.storageId) : null,
    isBeginning: event.cutFromBytes !== undefined,
  };
}

async function presented(ctx: QueryCtx, event: Doc<"rawEvents">) {
  const { _id, kind, receivedAt, body, cutFromBytes, state } = event;
  const hint = event.hint ?? (body.kind === "text" ? { from: senderOfText(body.text) } : {});
  return {
    id: _id,
    kind,
    source: await sourceName(ctx, event.orgId, event.sourceId),
    receivedAt,
    group: state.kind,
    ...whyOf(state),
    from: hint.from ?? null,
    subject: hint.subject ?? null,
    sizeBytes: cutFromBytes ?? (body.kind === "file" ? body.sizeBytes : new TextEncoder().encode(body.text).length),
  };
}

/** The reason as it was given, with its code where it has one, and how often it was tried. */
function whyOf(state: Doc<"rawEvents">["state"]) {
  const none = { code: null, field: null, reason: null, attempts: 1 };
  switch (state.kind) {
    case "received":
      return { ...none, code: "waiting", reason: state.lastError ?? null, attempts: state.attempts ?? 0 };
    case "processed":
      return { ...none, code: "processed" };
    case "rejected":
      return { ...none, code: state.code, field: state.field ?? null, reason: state.reason };
    case "failed":
      return { ...none, code: "gave_up", reason: state.reason, attempts: state.attempts };
    case "discarded":
      return { ...none, code: "discarded", reason: state.reason };
  }
}

type By = { orgId: Id<"organisations">; memberId: Id<"members"> };

/**
 * Reads deliveries once more. What has been read meanwhile stays as it is, and a message that arrived on another way is
 * known by its id: nothing is doubled. Returns how many are tried.
 */
export async function replayUnread(ctx: MutationCtx, by: By, rawEventIds: readonly Id<"rawEvents">[]): Promise<number> {
  let tried = 0;
  for (const rawEventId of new Set(rawEventIds)) {
    const event = await requireOwn(ctx, by.orgId, rawEventId);
    if (event.state.kind === "processed" || isBeingRead(event, Date.now())) continue;
    await processAlone(ctx, event);
    await noteDeed(ctx, by, event, "intake_event.replayed", {});
    tried += 1;
  }
  return tried;
}

/** Its job is due, or was a moment ago: another one would say the same. */
function isBeingRead({ state, receivedAt }: Doc<"rawEvents">, now: number): boolean {
  return state.kind === "received" && (state.dueAt ?? receivedAt) > now - UNREAD_AFTER_MS;
}

/** Puts deliveries aside for a reason, which is kept. Those that were read stay as they are. Throws `invalid` without one. */
export async function discardUnread(
  ctx: MutationCtx,
  by: By,
  rawEventIds: readonly Id<"rawEvents">[],
  reasonText: string,
): Promise<number> {
  const reason = reasonText.trim().slice(0, MAX_REASON);
  if (reason === "") throw appError("invalid", "Say why.", { field: "reason" });
  let discarded = 0;
  for (const rawEventId of new Set(rawEventIds)) {
    const event = await requireOwn(ctx, by.orgId, rawEventId);
    if (event.state.kind === "processed" || event.state.kind === "discarded") continue;
    const state = { kind: "discarded" as const, at: Date.now(), reason, memberId: by.memberId };
    await ctx.db.patch("rawEvents", rawEventId, { state, queue: undefined });
    await noteDeed(ctx, by, event, "intake_event.discarded", { reason });
    discarded += 1;
  }
  return discarded;
}

async function noteDeed(
  ctx: MutationCtx,
  { orgId, memberId }: By,
  { _id, kind }: Doc<"rawEvents">,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "rawEvents", id: _id };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details: { kind, ...details } });
}

async function requireOwn(ctx: QueryCtx, orgId: Id<"organisations">, rawEventId: Id<"rawEvents">) {
  const event = await ctx.db.get("rawEvents", rawEventId);
  if (event === null || event.orgId !== orgId) throw appError("not_found", "This delivery does not exist.");
  return event;
}

/** Keeps who wrote about what, where it could be read. */
export async function setHint(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  hint: NonNullable<Doc<"rawEvents">["hint"]>,
): Promise<void> {
  if ((await ctx.db.get("rawEvents", rawEventId)) !== null) await ctx.db.patch("rawEvents", rawEventId, { hint });
}

type RefusedCall = Pick<Doc<"refusedCalls">, "orgId" | "sourceId" | "why">;

/** Adds up calls that were refused at the door. More than one a second is written as one: anybody can call. */
export async function noteRefusedCall(ctx: MutationCtx, call: RefusedCall, now: number): Promise<void> {
  const { orgId, sourceId, why } = call;
  const known = await ctx.db
    .query("refusedCalls")
    .withIndex("by_source", (q) => q.eq("orgId", orgId).eq("sourceId", sourceId).eq("why", why))
    .first();
  if (known === null) await ctx.db.insert("refusedCalls", { ...call, count: 1, since: now, lastAt: now });
  else if (now - known.lastAt > DAY_MS)
    await ctx.db.patch("refusedCalls", known._id, { count: 1, since: now, lastAt: now });
  else if (now - known.lastAt >= 1_000)
    await ctx.db.patch("refusedCalls", known._id, { count: known.count + 1, lastAt: now });
}

/** Sources whose calls were refused one after the other, or were too large, the latest first; with `since` (UTC ms) only those that go on. */
export async function refusedSeries(ctx: QueryCtx, orgId: Id<"organisations">, since = 0) {
  const rows = await ctx.db
    .query("refusedCalls")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).gt("lastAt", since))
    .order("desc")
    .take(MAX_SOURCES);
  return rows.filter(({ count, why }) => count >= SERIES || why === "size");
}

/** Forgets a series after somebody saw to its cause; the next call begins another. Throws `not_found`. */
export async function forgetRefused(ctx: MutationCtx, { orgId, memberId }: By, id: Id<"refusedCalls">): Promise<void> {
  const row = await ctx.db.get("refusedCalls", id);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This entry does not exist.");
  await ctx.db.delete("refusedCalls", id);
  const subject = { table: "refusedCalls", id };
  const details = { count: row.count, why: row.why };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action: "refused_calls.seen", subject, details });
}

const KEPT_MS = 30 * DAY_MS;
const PRUNE_BATCH = 100;

/** Removes one batch of series that are long over. True when there may be more. */
export async function pruneRefused(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("refusedCalls")
    .withIndex("by_age", (q) => q.lt("lastAt", now - KEPT_MS))
    .take(PRUNE_BATCH);
  for (const { _id } of old) await ctx.db.delete("refusedCalls", _id);
  return old.length === PRUNE_BATCH;
}
