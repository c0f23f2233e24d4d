import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { connectionsOf, requireConnection } from "../../connections/model";
import { resolveContact } from "../../contacts/model";
import { enqueue, moveMessage } from "../../delivery/model";
import { appError } from "../../lib/errors";
import { customerLanguage } from "../../lib/languages";
import { MINUTE_MS } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { behaviourOf, setBehaviour } from "../model/behaviours";
import { practiceDueAt, practicePerson, practiceText } from "./practice";
import type { Sending } from "./schema";

/** Long enough for breakers to open and to try; an exercise that lasts longer is a fault somebody forgot. */
const MAX_MINUTES = 60;
const MAX_PRACTICE = 100;
/** When a drill that ended is first looked at. */
const FIRST_CHECK_MS = 5_000;

/** Where practice messages may go: WhatsApp takes them only within a conversation. */
const PRACTICE_CHANNELS: readonly string[] = ["email", "sms"];

type Start = {
  orgId: Id<"organisations">;
  memberId: Id<"members">;
  connectionIds: Id<"connections">[];
  behaviour: Sending;
  minutes: number;
  practiceMessages: number;
};

/**
 * Starts an outage drill (product.md O-9): the simulated providers misbehave until it ends. Throws `conflict` while another
 * one runs, `invalid` with the field for a real provider, a behaviour that is none, a length or a number out of bounds, and
 * for practice messages where a real provider could carry them.
 */
export async function startDrill(ctx: MutationCtx, start: Start): Promise<Id<"drills">> {
  const { orgId, memberId, behaviour, minutes, practiceMessages } = start;
  if ((await activeDrill(ctx, orgId)) !== null) throw appError("conflict", "Another drill is under way.");
  if (behaviour === "normal") throw appError("invalid", "Choose what is to go wrong.", { field: "behaviour" });
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
    throw appError("invalid", `A drill takes 1 to ${MAX_MINUTES} minutes.`, { field: "minutes" });
  }
  const targets = await targetsOf(ctx, orgId, start.connectionIds);
  await requirePractice(ctx, start, targets);
  const startedAt = Date.now();
  const endsAt = startedAt + minutes * MINUTE_MS;
  const state = { kind: "running" } as const;
  const drillId = await ctx.db.insert("drills", {
    orgId,
    memberId,
    targets,
    behaviour,
    practiceMessages,
    probes: 0,
    startedAt,
    endsAt,
    state,
  });
  await behaveAs(ctx, orgId, targets, () => behaviour);
  await ctx.scheduler.runAt(endsAt, internal.sandbox.drills.jobs.end, { drillId });
  for (let index = 0; index < practiceMessages; index++) {
    const dueAt = practiceDueAt(index, practiceMessages, { startedAt, endsAt });
    await queuePractice(ctx, { _id: drillId, orgId, targets }, index, dueAt);
  }
  await audit(ctx, { orgId, memberId, drillId }, "drill.started", { behaviour, minutes, practiceMessages });
  return drillId;
}

type Targets = Doc<"drills">["targets"];

async function targetsOf(ctx: QueryCtx, orgId: Id<"organisations">, ids: Id<"connections">[]): Promise<Targets> {
  const unique = [...new Set(ids)];
  if (unique.length === 0) throw appError("invalid", "Choose a connection.", { field: "connectionIds" });
  return await Promise.all(
    unique.map(async (connectionId) => {
      const { name, channel, provider } = await requireConnection(ctx, orgId, connectionId);
      if (provider !== "sandbox") {
        throw appError("invalid", `${name} is a real provider: drills are for simulated ones.`, {
          field: "connectionIds",
        });
      }
      const { sending: before } = await behaviourOf(ctx, orgId, connectionId);
      return { connectionId, name, channel, before };
    }),
  );
}

// An invented person's message must never reach a real provider, whatever it falls back to.
async function requirePractice(ctx: QueryCtx, { orgId, practiceMessages }: Start, targets: Targets): Promise<void> {
  const refuse = (text: string) => appError("invalid", text, { field: "practiceMessages" });
  if (!Number.isInteger(practiceMessages) || practiceMessages < 0 || practiceMessages > MAX_PRACTICE) {
    throw refuse(`Up to ${MAX_PRACTICE} practice messages.`);
  }
  if (practiceMessages === 0) return;
  if (targets.some(({ channel }) => !PRACTICE_CHANNELS.includes(channel))) {
    throw refuse("Practice messages go by e-mail and SMS only.");
  }
  const isReal = (await connectionsOf(ctx, orgId)).some(
    ({ provider, isEnabled }) => isEnabled && provider !== "sandbox",
  );
  if (isReal) throw refuse("Practice messages need every enabled connection to be a simulated one.");
}

/** Queues the `index`-th practice message of a drill; the same again is the same message. */
export async function queuePractice(
  ctx: MutationCtx,
  { _id: drillId, orgId, targets }: Pick<Doc<"drills">, "_id" | "orgId" | "targets">,
  index: number,
  dueAt: number,
): Promise<void> {
  const channel = targets[index % targets.length]?.channel;
  if (channel === undefined) return;
  const { locale } = await requireOrg(ctx, orgId);
  const contact = await resolveContact(ctx, { orgId, ...practicePerson(index) });
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "critical",
    channel,
    contactId: contact._id,
    purpose: "service",
    source: { kind: "system", name: "drill" },
    content: { kind: "finished", ...practiceText(index, customerLanguage(locale)), fileIds: [] },
    dueAt,
    idempotencyKey: practiceKey(drillId, index),
  });
  await ctx.db.insert("drillMessages", { orgId, drillId, queueId, at: Date.now() });
}

async function behaveAs(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  targets: Targets,
  sending: (target: Targets[number]) => Sending,
): Promise<void> {
  for (const target of targets) {
    const connection = await ctx.db.get("connections", target.connectionId);
    if (connection === null) continue;
    await setBehaviour(ctx, { orgId, connectionId: target.connectionId, change: { sending: sending(target) } });
  }
}

/** The drill of an organisation that is not done, or null. */
export async function activeDrill(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"drills"> | null> {
  const inState = async (kind: "running" | "recovering") =>
    await ctx.db
      .query("drills")
      .withIndex("by_org_state", (q) => q.eq("orgId", orgId).eq("state.kind", kind))
      .first();
  return (await inState("running")) ?? (await inState("recovering"));
}

/** The drill, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireDrill(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  drillId: Id<"drills">,
): Promise<Doc<"drills">> {
  const drill = await ctx.db.get("drills", drillId);
  if (drill === null || drill.orgId !== orgId) throw appError("not_found", "This drill does not exist.");
  return drill;
}

/** Ends a drill before its time. Throws `conflict` when it has ended. */
export async function endByMember(
  ctx: MutationCtx,
  { orgId, memberId, drillId }: { orgId: Id<"organisations">; memberId: Id<"members">; drillId: Id<"drills"> },
): Promise<void> {
  const drill = await requireDrill(ctx, orgId, drillId);
  if (drill.state.kind !== "running") throw appError("conflict", "This drill has ended already.");
  await heal(ctx, drill, "member");
  await bringPracticeForward(ctx, drill);
  await audit(ctx, { orgId, memberId, drillId }, "drill.ended", {});
}

// Nobody waits for the rest of an exercise that was cut short.
async function bringPracticeForward(ctx: MutationCtx, { orgId, _id, practiceMessages }: Doc<"drills">): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < practiceMessages; index++) {
    const row = await ctx.db
      .query("messageQueue")
      .withIndex("by_idempotency", (q) => q.eq("orgId", orgId).eq("idempotencyKey", practiceKey(_id, index)))
      .unique();
    if (row !== null && row.attemptCount === 0 && row.dueAt > now) await moveMessage(ctx, row._id, now);
  }
}

const practiceKey = (drillId: Id<"drills">, index: number) => `drill:${drillId}:${index}`;

/** The time of a drill is over; nothing when somebody ended it before. */
export async function endByTime(ctx: MutationCtx, drillId: Id<"drills">): Promise<void> {
  const drill = await ctx.db.get("drills", drillId);
  if (drill !== null && drill.state.kind === "running") await heal(ctx, drill, "time");
}

// Somebody may have told a provider something else meanwhile: that stays.
async function heal(ctx: MutationCtx, drill: Doc<"drills">, endedBy: "time" | "member"): Promise<void> {
  const { orgId, behaviour, targets } = drill;
  const changed: Targets = [];
  for (const target of targets) {
    const { sending } = await behaviourOf(ctx, orgId, target.connectionId);
    if (sending === behaviour) changed.push(target);
  }
  await behaveAs(ctx, orgId, changed, ({ before }) => before);
  await ctx.db.patch("drills", drill._id, { state: { kind: "recovering", healedAt: Date.now(), endedBy } });
  await ctx.scheduler.runAfter(FIRST_CHECK_MS, internal.sandbox.drills.jobs.check, {
    drillId: drill._id,
    cursor: null,
  });
}

/**
 * Notes a message that is handed to a simulated provider: while a drill runs each of them belongs to it, afterwards those
 * that were to go meanwhile.
 */
export async function noteMessage(ctx: MutationCtx, orgId: Id<"organisations">, idempotencyKey: string): Promise<void> {
  const drill = await activeDrill(ctx, orgId);
  if (drill === null) return;
  const queueId = ctx.db.normalizeId("messageQueue", idempotencyKey.split(":")[0] ?? "");
  const row = queueId === null ? null : await ctx.db.get("messageQueue", queueId);
  if (row === null || row.orgId !== orgId) return;
  const isLate = drill.state.kind === "recovering" && (row.plannedAt ?? row.dueAt) > drill.state.healedAt;
  if (isLate || (await isNoted(ctx, drill._id, row._id))) return;
  await ctx.db.insert("drillMessages", { orgId, drillId: drill._id, queueId: row._id, at: Date.now() });
}

async function isNoted(ctx: QueryCtx, drillId: Id<"drills">, queueId: Id<"messageQueue">): Promise<boolean> {
  const known = await ctx.db
    .query("drillMessages")
    .withIndex("by_message", (q) => q.eq("drillId", drillId).eq("queueId", queueId))
    .first();
  return known !== null;
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId, drillId }: { orgId: Id<"organisations">; memberId: Id<"members">; drillId: Id<"drills"> },
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "drills", id: drillId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
