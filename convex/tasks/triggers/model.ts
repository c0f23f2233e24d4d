import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { MINUTE_MS } from "../../lib/time";
import { getDefaultCalendar, requireOrg } from "../../orgs/model";
import { dueInstant } from "../../sla/clock";
import { changeTask, createTask } from "../model";
import { CALLBACK_MINUTES, callbackTitle, DEFAULT_CALLBACK_RULE, wantsCallback } from "./rules";
import type { CallbackRule } from "./schema";

// Tasks that make themselves (product.md A-37).

/** The organisation's rule for callbacks: what was set, else the default. */
export async function callbackRule(ctx: QueryCtx, orgId: Id<"organisations">): Promise<CallbackRule> {
  return (await rulesOf(ctx, orgId))?.callback ?? DEFAULT_CALLBACK_RULE;
}

/** Sets it, for calls from now on. Throws `invalid` for a time that is not offered. */
export async function setCallbackRule(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  callback: CallbackRule,
): Promise<void> {
  if (!CALLBACK_MINUTES.some((known) => known === callback.withinMinutes)) {
    throw appError("invalid", `Choose one of ${CALLBACK_MINUTES.join(", ")} minutes.`, { field: "withinMinutes" });
  }
  await setRules(ctx, orgId, { callback });
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, { orgId, actor, action: "task_triggers.changed", subject, details: callback });
}

/**
 * A call that was noted or changed: one after which we are to call is one task of who noted it, due at the agreed hour or
 * within opening hours as set. The same call again moves its task, or takes it away where nobody is to call any more.
 */
export async function followCall(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const { orgId, payload, subject } = event;
  const memberId = ctx.db.normalizeId("members", String(payload.by));
  if (memberId === null || subject.messageId === undefined) return;
  const by = { orgId, memberId };
  const callbackAt = typeof payload.callbackAt === "number" ? payload.callbackAt : null;
  const call = { direction: String(payload.direction), outcome: String(payload.outcome), callbackAt };
  const key = `call:${subject.messageId}`;
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .first();
  if (known !== null) {
    if (known.status === "completed" || known.status === "cancelled") return;
    if (!wantsCallback(call)) await changeTask(ctx, by, known._id, { status: "cancelled" });
    else if (callbackAt !== null && callbackAt !== known.dueAt)
      await changeTask(ctx, by, known._id, { dueAt: callbackAt });
    return;
  }
  const rule = await callbackRule(ctx, orgId);
  if (!rule.isOn || !wantsCallback(call)) return;
  const { threadId, contactId } = subject;
  await createTask(ctx, by, {
    title: callbackTitle((await requireOrg(ctx, orgId)).locale, Number(payload.number)),
    description: "",
    taskType: "callback",
    priority: "normal",
    assigneeId: memberId,
    dueAt: callbackAt ?? (await dueWithin(ctx, orgId, rule)),
    about: { threadId, contactId },
    key,
  });
}

/**
 * A ticket that a member said needs a callback: one task to call, of who has the conversation, else of that member, due
 * within opening hours as set for calls (product.md 0.1). The same event again makes none.
 */
export async function followTicket(ctx: MutationCtx, { orgId, payload, subject }: Doc<"domainEvents">): Promise<void> {
  if (payload.to !== "NEEDS_CALLBACK" || payload.isChosen !== true) return;
  const memberId = ctx.db.normalizeId("members", String(payload.by));
  const threadId = ctx.db.normalizeId("threads", subject.threadId ?? "");
  if (memberId === null || threadId === null) return;
  const key = `ticket:${String(payload.moveId)}`;
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .first();
  if (known !== null) return;
  const rule = await callbackRule(ctx, orgId);
  const thread = await ctx.db.get("threads", threadId);
  await createTask(
    ctx,
    { orgId, memberId },
    {
      title: callbackTitle((await requireOrg(ctx, orgId)).locale, Number(payload.number)),
      description: "",
      taskType: "callback",
      priority: thread?.priority ?? "normal",
      assigneeId: thread?.assigneeId ?? memberId,
      dueAt: await dueWithin(ctx, orgId, rule),
      about: { threadId: subject.threadId, contactId: subject.contactId },
      key,
    },
  );
}

/** The instant so much opening time after `from`, UTC ms; undefined where there is no calendar or it never opens. */
export async function dueWithin(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { withinMinutes }: { withinMinutes: number },
  from = Date.now(),
): Promise<number | undefined> {
  const calendar = await getDefaultCalendar(ctx, orgId);
  if (calendar === null) return undefined;
  const target = { startedAt: from, targetMs: withinMinutes * MINUTE_MS, pauses: [] };
  return dueInstant(calendar, target) ?? undefined;
}

/** What was set of the rules; null: nothing. */
export async function rulesOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"taskTriggers"> | null> {
  return await ctx.db
    .query("taskTriggers")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}

/** Keeps rules; those not named stay. */
export async function setRules(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  rules: Partial<Pick<Doc<"taskTriggers">, "callback" | "threads">>,
): Promise<void> {
  const row = await rulesOf(ctx, orgId);
  if (row === null) await ctx.db.insert("taskTriggers", { orgId, ...rules });
  else await ctx.db.patch("taskTriggers", row._id, rules);
}
