import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { OpeningHours } from "../../../orgs/calendars/hours";
import { getDefaultCalendar, requireMemberOf, requireOrg } from "../../../orgs/model";
import { requireTeam } from "../../../orgs/teams/model";
import { countLoads, customerAccountOf } from "../../model/rows";
import { firstMatch, languageOf, type RuleFacts } from "../rules";
import type { AssignmentTrigger } from "../schema";
import type { Miss } from "../sets";
import { decision, wasByHand } from "./decisions";
import { giveThread } from "./give";
import { listRules } from "./rules";
import { assignmentSettings } from "./settings";
import { giveToTeam, stateOf } from "./team";

type Thread = Doc<"threads">;

/**
 * Gives a thread by the first rule that fits; without one nothing changes. Returns the thread as it is now, and whether
 * a rule fitted.
 */
export async function giveByRules(
  ctx: MutationCtx,
  thread: Thread,
  trigger: AssignmentTrigger,
  byId?: Id<"members">,
): Promise<{ thread: Thread; isGiven: boolean }> {
  const { orgId } = thread;
  const rules = await listRules(ctx, orgId);
  if (rules.length === 0) return { thread, isGiven: false };
  const closed = await closedTargets(ctx, rules);
  const facts = await factsOf(ctx, thread);
  const { rule, passed: passedRules } = firstMatch(rules, facts, (one) => closed.get(one._id) ?? null);
  if (rule === null) return { thread, isGiven: false };
  const why = { trigger, byId, rule: { ruleId: rule._id, name: rule.name }, passedRules };
  if (rule.target.kind === "team") {
    const team = await requireTeam(ctx, orgId, rule.target.teamId);
    return { thread: await giveToTeam(ctx, thread, { team, skills: rule.target.skills }, why), isGiven: true };
  }
  const { memberId: assigneeId } = rule.target;
  return { thread: await giveThread(ctx, thread, { assigneeId }, decision(why)), isGiven: true };
}

/** Why the targets of rules cannot be given anything, by rule; those that can are left out. */
async function closedTargets(ctx: QueryCtx, rules: Doc<"assignmentRules">[]): Promise<Map<string, Miss>> {
  const closed = new Map<string, Miss>();
  for (const { _id, orgId, target, isEnabled } of rules) {
    if (!isEnabled) continue;
    if (target.kind === "team") {
      if ((await requireTeam(ctx, orgId, target.teamId)).isArchived) closed.set(_id, "target_archived");
      continue;
    }
    const member = await requireMemberOf(ctx, orgId, target.memberId);
    const state = await stateOf(ctx, member, false, Date.now());
    const [load = 0] = member.capacity === undefined ? [] : await countLoads(ctx, orgId, [member._id]);
    if (state === "suspended" || state === "away") closed.set(_id, `target_${state}`);
    else if (member.capacity !== undefined && load >= member.capacity) closed.set(_id, "target_full");
  }
  return closed;
}

async function factsOf(ctx: QueryCtx, thread: Thread): Promise<RuleFacts> {
  const { orgId, contactId, channel, channelId, threadType, priority, tags } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const calendar = await getDefaultCalendar(ctx, orgId);
  const now = Date.now();
  const [open] = calendar === null ? [true] : new OpeningHours(calendar).spans(now, now + 1);
  return {
    channel,
    channelId,
    threadType,
    priority,
    tags,
    accountId: await customerAccountOf(ctx, thread),
    language: languageOf(contact?.locale ?? (await requireOrg(ctx, orgId)).locale),
    hours: open === undefined ? "closed" : "open",
  };
}

/**
 * A customer wrote: a new thread goes by the rules; one of somebody who is away or gone, or that was closed, as the
 * organisation set it. Everything else stays where it is.
 */
export async function routeReceived(
  ctx: MutationCtx,
  thread: Thread,
  { isNew, wasOpen }: { isNew: boolean; wasOpen: boolean },
): Promise<void> {
  if (isNew) {
    await giveByRules(ctx, thread, "new");
    return;
  }
  if (thread.assigneeId === undefined) {
    // A team's thread looks for somebody by itself (model/rows).
    if (!wasOpen && thread.teamId === undefined) await giveByRules(ctx, thread, "reopened");
    return;
  }
  const holder = await requireMemberOf(ctx, thread.orgId, thread.assigneeId);
  const settings = await assignmentSettings(ctx, thread.orgId);
  const trigger: AssignmentTrigger | null =
    holder.status !== "active"
      ? "suspended"
      : holder.away !== undefined && settings.whenAway === "reassign"
        ? "away"
        : !wasOpen && settings.whenReopened === "reassign"
          ? "reopened"
          : null;
  if (trigger !== null) await reassign(ctx, thread, trigger);
}

/**
 * A member said what a thread is: while it is nobody's, and no person put it where it is, the rules are asked again.
 * Returns the thread as it is now.
 */
export async function routeClassified(ctx: MutationCtx, thread: Thread, byId: Id<"members">): Promise<Thread> {
  const isWaiting = thread.isOpen && thread.assigneeId === undefined && thread.isSpam === undefined;
  if (!isWaiting || (await wasByHand(ctx, thread._id))) return thread;
  return (await giveByRules(ctx, thread, "classified", byId)).thread;
}

/** Takes a thread from who has it: to another of its team, else by the rules, else to nobody. */
export async function reassign(ctx: MutationCtx, thread: Thread, trigger: AssignmentTrigger): Promise<void> {
  const { orgId, teamId, neededSkills: skills = [] } = thread;
  const team = teamId === undefined ? null : await requireTeam(ctx, orgId, teamId);
  if (team !== null && !team.isArchived) {
    await giveToTeam(ctx, thread, { team, skills }, { trigger });
    return;
  }
  const { isGiven } = await giveByRules(ctx, thread, trigger);
  if (!isGiven) await giveThread(ctx, thread, { assigneeId: null }, decision({ trigger }));
}

/** A member answered: the thread becomes theirs where the organisation wants that. */
export async function takeByAnswer(ctx: MutationCtx, thread: Thread, memberId: Id<"members">): Promise<void> {
  if (thread.assigneeId === memberId) return;
  const { whenAnswered } = await assignmentSettings(ctx, thread.orgId);
  if (whenAnswered === "keep" || (whenAnswered === "take_unassigned" && thread.assigneeId !== undefined)) return;
  await giveThread(ctx, thread, { assigneeId: memberId }, decision({ trigger: "answer", byId: memberId }));
}
