import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { primaryAddress } from "../../../contacts/model";
import { appError } from "../../../lib/errors";
import { can } from "../../../lib/permissions";
import { findMemberOf } from "../../../orgs/model";
import { findTeam } from "../../../orgs/teams/model";
import { findTemplate, requireVersion } from "../../../templates/model";
import { fillForWriting, gapsIn } from "../../../templates/variables";
import { windowOf } from "../../composing/model";
import { countUpTo, pageOfThreads } from "../../model/ranges";
import { requireThread } from "../../model/rows";
import { personalOf } from "../../personal/model";
import { outcomeOf, permissionFor, planSteps, type MacroFacts } from "../rules";
import type { MacroProblem, MacroStep, StepPlan } from "../schema";
import type { ThreadFilter } from "../../filters";

// What a macro would do, before it does it: the same rule is asked by the preview and by the run.

/** Conversations a preview looks at one by one. */
const MAX_SHOWN = 20;
/** Counts beyond this say nothing more. */
const COUNT_CAP = 500;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };
type Target = { kind: "threads"; threadIds: Id<"threads">[] } | { kind: "matching"; filter: ThreadFilter };

/** Why a member cannot run these steps: what they name is gone, or the member may not do it. */
export async function problemsOf(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  steps: readonly MacroStep[],
): Promise<MacroProblem[]> {
  const problems = await Promise.all(
    steps.map(async (step, index): Promise<MacroProblem[]> => {
      const gone = await goneReason(ctx, { orgId, member }, step);
      if (gone !== null) return [{ index, reason: gone }];
      return can(member.role, permissionFor(step)) ? [] : [{ index, reason: "forbidden" }];
    }),
  );
  return problems.flat();
}

async function goneReason(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  step: MacroStep,
): Promise<MacroProblem["reason"] | null> {
  if (step.kind === "reply") {
    const template = await findTemplate(ctx, orgId, step.templateId, member._id);
    if (template === null) return "template_gone";
    return template.isActive && template.currentVersionId !== undefined ? null : "template_inactive";
  }
  if (step.kind === "team" && step.teamId !== null) {
    const team = await findTeam(ctx, orgId, step.teamId);
    if (team === null) return "team_gone";
    return team.isArchived ? "team_archived" : null;
  }
  if ((step.kind === "assign" || step.kind === "task") && step.assigneeId !== null && step.assigneeId !== "me") {
    const holder = await findMemberOf(ctx, orgId, step.assigneeId);
    if (holder === null) return "member_gone";
    return holder.status === "suspended" ? "member_suspended" : null;
  }
  return null;
}

const PROBLEM_WORDS: Record<MacroProblem["reason"], string> = {
  forbidden: "your role does not allow it",
  template_gone: "its text does not exist any more",
  template_inactive: "its text is switched off",
  member_gone: "the member is not here any more",
  member_suspended: "the member is suspended",
  team_gone: "the team does not exist any more",
  team_archived: "the team is archived",
};

/** Throws `forbidden` or `invalid` with the step when the member cannot run these steps. */
export async function checkRunnable(ctx: QueryCtx, by: ByMember, steps: readonly MacroStep[]): Promise<void> {
  const [problem] = await problemsOf(ctx, by, steps);
  if (problem === undefined) return;
  const message = `Step ${problem.index + 1} cannot be done: ${PROBLEM_WORDS[problem.reason]}.`;
  throw appError(problem.reason === "forbidden" ? "forbidden" : "invalid", message, {
    field: `steps.${problem.index}`,
  });
}

export type ThreadPlan = { plans: StepPlan[]; outcome: StepPlan["outcome"]; replyText: string | null };

/** What the steps would do to one conversation. The steps have no problems. */
export async function planFor(
  ctx: QueryCtx,
  member: Doc<"members">,
  thread: Doc<"threads">,
  steps: readonly MacroStep[],
): Promise<ThreadPlan> {
  const replyText = await replyTextOf(ctx, member, thread, steps);
  const { status, threadType, priority, tags, teamId = null, assigneeId = null, snoozedUntil } = thread;
  const facts: MacroFacts = {
    status,
    threadType,
    priority,
    tags,
    teamId,
    assigneeId,
    snoozedUntil,
    isFollowing: (await personalOf(ctx, thread, member._id)).isFollowing,
    unreachable: replyText === null ? null : await unreachableOf(ctx, thread),
    hasGaps: replyText !== null && gapsIn(replyText).length > 0,
    me: member._id,
  };
  const plans = planSteps(steps, facts);
  return { plans, outcome: outcomeOf(plans), replyText };
}

async function replyTextOf(
  ctx: QueryCtx,
  member: Doc<"members">,
  thread: Doc<"threads">,
  steps: readonly MacroStep[],
): Promise<string | null> {
  const step = steps.find(({ kind }) => kind === "reply");
  if (step?.kind !== "reply") return null;
  const template = await findTemplate(ctx, thread.orgId, step.templateId, member._id);
  if (template?.currentVersionId === undefined) return null;
  const { body, shortBody, variables } = await requireVersion(ctx, thread.orgId, template.currentVersionId);
  const who = { orgId: thread.orgId, memberId: member._id, threadId: thread._id };
  const values = await ctx.runQuery(internal.bookings.writing.queries.valuesFor, who);
  return fillForWriting(thread.channel === "email" ? body : (shortBody ?? body), values, variables);
}

async function unreachableOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<MacroFacts["unreachable"]> {
  const { contactId, channel } = thread;
  if (contactId === undefined) return "no_customer";
  if ((await primaryAddress(ctx, contactId, channel)) === null) return "no_address";
  const window = await windowOf(ctx, thread);
  return window !== null && window.until !== null && Date.now() >= window.until ? "window_closed" : null;
}

/** What a macro would do to the chosen conversations, or to the first ones that match; how many there are. */
export async function previewMacro(ctx: QueryCtx, by: ByMember, macro: Doc<"macros">, target: Target) {
  const { name, steps } = macro;
  const problems = await problemsOf(ctx, by, steps);
  const { threads, count, isMore } = await threadsIn(ctx, by, target);
  const shown = problems.length > 0 ? [] : threads;
  return {
    name,
    steps,
    problems,
    count,
    isMore,
    threads: await Promise.all(
      shown.map(async (thread) => {
        const { plans, outcome, replyText } = await planFor(ctx, by.member, thread, steps);
        return { threadId: thread._id, number: thread.number, subject: thread.subject, plans, outcome, replyText };
      }),
    ),
  };
}

async function threadsIn(ctx: QueryCtx, { orgId, member }: ByMember, target: Target) {
  if (target.kind === "threads") {
    const first = target.threadIds.slice(0, MAX_SHOWN);
    const threads = await Promise.all(first.map(async (id) => await requireThread(ctx, orgId, id)));
    return { threads, count: target.threadIds.length, isMore: false };
  }
  const paginationOpts = { numItems: MAX_SHOWN, cursor: null };
  const viewer = { orgId, member };
  const { page } = await pageOfThreads(ctx, viewer, { ...target.filter, paginationOpts });
  return { threads: page.slice(0, MAX_SHOWN), ...(await countUpTo(ctx, viewer, target.filter, COUNT_CAP)) };
}
