import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { goesOnAs, requireContact } from "../../contacts/model";
import { vChannel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { DAY_MS, HOUR_MS } from "../../lib/time";
import { hasHolds, holdPerson, holdsOf, type PersonHold } from "../holds/model";
import { longestHold, waitsForPeople } from "../holds/rules";
import { vHoldCause, type HoldCause } from "../holds/schema";
import { cancelMessage, recordDecision, setState } from "../model";
import { settingsOf } from "../settings/model";
import type { Settings } from "../settings/schema";
import { heldMsOf } from "./pauses";
import { ensureWakeUp } from "./wakeUps";

// What waits for the end of a talk with its recipient (product.md O-4), seen from the person.

/** Messages of one hold and one person that are looked at; nobody plans more for a person within a few days. */
const MAX_WAITING = 100;
/** A complaint has no end that is known: what is due within so long is told as waiting for it. */
const FORESEEN_MS = 3 * DAY_MS;
const SHOWN = 5;
const MAX_HOURS = 14 * 24;

/** What keeps automatic messages from a person, and which wait. */
export const vWaiting = v.object({
  cause: vHoldCause,
  /** UTC ms; null: until the complaint is settled. */
  until: v.union(v.number(), v.null()),
  /** Who talks with the person, or said that they wait. */
  by: v.union(v.string(), v.null()),
  /** All that wait or will, so long as it stands. */
  count: v.number(),
  /** The first of them. `isDue`: it would have left already. */
  messages: v.array(
    v.object({
      id: v.id("messageQueue"),
      subject: v.string(),
      sourceLabel: v.string(),
      channel: v.union(vChannel, v.literal("best")),
      dueAt: v.number(),
      isDue: v.boolean(),
    }),
  ),
});
export type Waiting = Infer<typeof vWaiting>;

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** What waits while the team talks with somebody; null when nothing keeps messages from them. */
export async function waitingFor(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<Waiting | null> {
  const person = await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
  const now = Date.now();
  const { hold, rows } = await waitingRows(ctx, orgId, person._id, now);
  if (hold === null) return null;
  const member = hold.memberId === undefined ? null : await ctx.db.get("members", hold.memberId);
  const messages = rows
    .slice(0, SHOWN)
    .map(({ _id: id, subject, sourceLabel, routedChannel, channel, dueAt, state }) => {
      const isDue = state.kind === "held";
      return { id, subject, sourceLabel, channel: routedChannel ?? channel, dueAt, isDue };
    });
  const { cause, until = null } = hold;
  return { cause, until, by: member?.displayName ?? null, count: rows.length, messages };
}

/** What will keep a waiting message back when its time comes, as far as is known now; null when nothing will. */
export async function foreseenHold(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<HoldCause | null> {
  if (row.state.kind !== "pending" || !(await hasHolds(ctx, row.orgId))) return null;
  const { humanFirst } = await settingsOf(ctx, row.orgId);
  if (!waitsForPeople(row, humanFirst)) return null;
  return keeperOf(row, await holdsOf(ctx, row.contactId), Date.now())?.cause ?? null;
}

function keeperOf({ dueAt }: Doc<"messageQueue">, holds: readonly PersonHold[], now: number): PersonHold | null {
  return dueAt > now + FORESEEN_MS ? null : longestHold(holds, Math.max(now, dueAt));
}

async function waitingRows(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">, now: number) {
  const holds = await holdsOf(ctx, contactId);
  const hold = longestHold(holds, now);
  if (hold === null) return { hold, rows: [] };
  const { humanFirst } = await settingsOf(ctx, orgId);
  const held = await Promise.all(
    holds.map(async ({ _id }) => {
      const rows = ctx.db.query("messageQueue").withIndex("by_pause", (q) => q.eq("state.pauseId", _id));
      return await rows.take(MAX_WAITING);
    }),
  );
  // After a merge the other contact's messages may wait for it too.
  const own = held.flat().filter((row) => row.contactId === contactId);
  const coming = await comingRows(ctx, contactId, humanFirst, { holds, now });
  return { hold, rows: [...own, ...coming].sort((a, b) => a.dueAt - b.dueAt) };
}

async function comingRows(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  settings: Settings["humanFirst"],
  { holds, now }: { holds: readonly PersonHold[]; now: number },
): Promise<Doc<"messageQueue">[]> {
  const soon = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) =>
      q
        .eq("contactId", contactId)
        .gt("dueAt", now - DAY_MS)
        .lte("dueAt", now + FORESEEN_MS),
    )
    .take(MAX_WAITING);
  return soon.filter(
    (row) => row.state.kind === "pending" && waitsForPeople(row, settings) && keeperOf(row, holds, now) !== null,
  );
}

/** Lets what waits for the end of a talk go at its time all the same. Returns how many. */
export async function letGo(ctx: MutationCtx, by: ByMember, contactId: Id<"contacts">): Promise<number> {
  const now = Date.now();
  const { personId, rows } = await rowsToChange(ctx, by.orgId, contactId, now);
  for (const row of rows) {
    await recordDecision(ctx, row, { stage: "hold", rule: "member_released", outcome: "queued", inputs: by });
    if (row.state.kind !== "held") {
      await ctx.db.patch("messageQueue", row._id, { passesHolds: true });
      continue;
    }
    const heldMs = heldMsOf(row, Math.max(row.state.at, row.plannedAt ?? 0), now);
    await setState(ctx, row, { kind: "pending" }, { passesHolds: true, heldMs });
    await ensureWakeUp(ctx, row, Math.max(now, row.dueAt));
  }
  await audit(ctx, by, personId, "human_first.released", { messages: rows.length });
  return rows.length;
}

/** Keeps automatic messages from a person for so many hours from now, talk or not. Throws `invalid` for too many. */
export async function keepHolding(
  ctx: MutationCtx,
  by: ByMember,
  contactId: Id<"contacts">,
  hours: number,
): Promise<void> {
  if (!Number.isFinite(hours) || hours <= 0 || hours > MAX_HOURS) {
    throw appError("invalid", `Choose up to ${MAX_HOURS} hours.`, { field: "hours" });
  }
  const { humanFirst } = await settingsOf(ctx, by.orgId);
  if (!humanFirst.isEnabled) throw appError("conflict", "The delivery settings let automatic messages go at any time.");
  const { _id: personId } = await goesOnAs(ctx, await requireContact(ctx, by.orgId, contactId));
  const until = Date.now() + hours * HOUR_MS;
  await holdPerson(ctx, { ...by, contactId: personId, cause: "member", until });
  await audit(ctx, by, personId, "human_first.held", { until });
}

/** Takes back what waits for the end of a talk. Returns how many; one that may have left is not counted. */
export async function dropWaiting(ctx: MutationCtx, by: ByMember, contactId: Id<"contacts">): Promise<number> {
  const { personId, rows } = await rowsToChange(ctx, by.orgId, contactId, Date.now());
  let dropped = 0;
  for (const { _id } of rows) if (await cancelMessage(ctx, _id, "dropped_in_talk")) dropped += 1;
  await audit(ctx, by, personId, "human_first.dropped", { messages: dropped });
  return dropped;
}

async function rowsToChange(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">, now: number) {
  const { _id: personId } = await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
  const { rows } = await waitingRows(ctx, orgId, personId, now);
  return { personId, rows };
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  contactId: Id<"contacts">,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "contacts", id: contactId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
