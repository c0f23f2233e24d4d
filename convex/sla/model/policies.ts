import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { requireAccount } from "../../contacts/accounts/model";
import { appError } from "../../lib/errors";
import { repositioned } from "../../lib/ranked";
import { requireCalendar } from "../../orgs/calendars/model";
import { requireMemberOf } from "../../orgs/model";
import { DEFAULT_ESCALATION, USUAL_TARGETS, responseTargets } from "../policies";
import { CLOCK_KINDS, SLA_STAGES } from "../sets";

/** More than anybody keeps apart; all of them are read whenever a thread changes. */
const MAX_POLICIES = 100;
const MAX_NAME_CHARS = 120;
/** A quarter of a year around the clock. */
const MAX_TARGET_MINUTES = 90 * 24 * 60;
const MAX_EXECUTIVE_HOURS = 30 * 24;

export type PolicyFields = Pick<Doc<"slaPolicies">, "name" | "conditions" | "targets" | "calendarId" | "escalation">;
type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** The policies of an organisation in their order, those switched off included. */
export async function listPolicies(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"slaPolicies">[]> {
  return await ctx.db
    .query("slaPolicies")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_POLICIES);
}

/** The policy, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requirePolicy(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  policyId: Id<"slaPolicies">,
): Promise<Doc<"slaPolicies">> {
  const policy = await ctx.db.get("slaPolicies", policyId);
  if (policy === null || policy.orgId !== orgId) throw appError("not_found", "This policy does not exist.");
  return policy;
}

/** Adds a policy after the others. Throws `invalid` with the field, `not_found` for others' ids, `conflict` when full. */
export async function createPolicy(ctx: MutationCtx, by: ByMember, fields: PolicyFields): Promise<Id<"slaPolicies">> {
  const all = await listPolicies(ctx, by.orgId);
  if (all.length >= MAX_POLICIES) throw appError("conflict", `A workspace has room for ${MAX_POLICIES} policies.`);
  const policyId = await ctx.db.insert("slaPolicies", {
    ...(await checked(ctx, by.orgId, fields)),
    orgId: by.orgId,
    isEnabled: true,
    position: (all.at(-1)?.position ?? 0) + 1,
  });
  await changed(ctx, by, policyId, "sla_policy.created", fields.name);
  return policyId;
}

/** Changes a policy; running clocks are computed anew. Throws like `createPolicy`. */
export async function changePolicy(
  ctx: MutationCtx,
  by: ByMember,
  policyId: Id<"slaPolicies">,
  fields: PolicyFields,
): Promise<void> {
  await requirePolicy(ctx, by.orgId, policyId);
  await ctx.db.patch("slaPolicies", policyId, await checked(ctx, by.orgId, fields));
  await changed(ctx, by, policyId, "sla_policy.changed", fields.name);
}

/** Switches a policy on or off. */
export async function setPolicyEnabled(
  ctx: MutationCtx,
  by: ByMember,
  policyId: Id<"slaPolicies">,
  isEnabled: boolean,
): Promise<void> {
  const policy = await requirePolicy(ctx, by.orgId, policyId);
  if (policy.isEnabled === isEnabled) return;
  await ctx.db.patch("slaPolicies", policyId, { isEnabled });
  await changed(ctx, by, policyId, isEnabled ? "sla_policy.enabled" : "sla_policy.disabled", policy.name);
}

/** Puts a policy before the one at `index` (0 = first): the order decides between equally particular ones. */
export async function movePolicy(
  ctx: MutationCtx,
  by: ByMember,
  policyId: Id<"slaPolicies">,
  index: number,
): Promise<void> {
  const policy = await requirePolicy(ctx, by.orgId, policyId);
  for (const { row, position } of repositioned(await listPolicies(ctx, by.orgId), policy, index)) {
    await ctx.db.patch("slaPolicies", row._id, { position });
  }
  await changed(ctx, by, policyId, "sla_policy.moved", policy.name);
}

/** Removes a policy; clocks that ran by it get what counts without it. */
export async function removePolicy(ctx: MutationCtx, by: ByMember, policyId: Id<"slaPolicies">): Promise<void> {
  const { name } = await requirePolicy(ctx, by.orgId, policyId);
  await ctx.db.delete("slaPolicies", policyId);
  await changed(ctx, by, policyId, "sla_policy.removed", name);
}

/** Removes the policies that are for a customer organisation alone which was deleted. */
export async function forgetAccount(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  accountId: Id<"accounts">,
): Promise<void> {
  const policies = await listPolicies(ctx, orgId);
  for (const { _id, name } of policies.filter(({ conditions }) => conditions.accountId === accountId)) {
    await ctx.db.delete("slaPolicies", _id);
    const actor = { kind: "system", name: "accounts" } as const;
    const subject = { table: "slaPolicies", id: _id };
    await record(ctx, { orgId, actor, action: "sla_policy.removed", subject, details: { name } });
    await restateAll(ctx, orgId);
  }
}

/** The targets of the requirement documents as policies, one per channel. Throws `conflict` when there are policies. */
export async function addUsualPolicies(ctx: MutationCtx, by: ByMember): Promise<void> {
  if ((await listPolicies(ctx, by.orgId)).length > 0) throw appError("conflict", "There are policies already.");
  for (const { channel, minutes } of USUAL_TARGETS) {
    await createPolicy(ctx, by, {
      name: USUAL_NAMES[channel],
      conditions: { channel },
      targets: responseTargets(minutes),
      escalation: DEFAULT_ESCALATION,
    });
  }
}

const USUAL_NAMES = { email: "E-mail", whatsapp: "WhatsApp", sms: "SMS", webhook: "Webhook" };

/** True when a policy names the calendar. */
export async function usesCalendar(ctx: QueryCtx, orgId: Id<"organisations">, calendarId: Id<"calendars">) {
  return (await listPolicies(ctx, orgId)).some((policy) => policy.calendarId === calendarId);
}

/** Has the deadlines of all running clocks computed anew, in the background. */
export async function restateAll(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.sla.jobs.restate, { orgId, cursor: null });
}

async function changed(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  policyId: Id<"slaPolicies">,
  action: AuditAction,
  name: string,
): Promise<void> {
  const subject = { table: "slaPolicies", id: policyId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details: { name } });
  await restateAll(ctx, orgId);
}

async function checked(ctx: QueryCtx, orgId: Id<"organisations">, fields: PolicyFields): Promise<PolicyFields> {
  const { conditions, targets, calendarId, escalation } = fields;
  const name = fields.name.trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `Give the policy a name of at most ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  checkTargets(targets);
  if (!isWithin(escalation.executiveAfterHours, MAX_EXECUTIVE_HOURS)) {
    const message = `Give the hours after the deadline, 1 to ${MAX_EXECUTIVE_HOURS}.`;
    throw appError("invalid", message, { field: "escalation.executiveAfterHours" });
  }
  if (calendarId !== undefined) await requireCalendar(ctx, orgId, calendarId);
  if (conditions.accountId !== undefined) await requireAccount(ctx, orgId, conditions.accountId);
  for (const stage of SLA_STAGES) {
    const target = escalation[stage];
    if (target.kind === "member") await requireMemberOf(ctx, orgId, target.memberId);
  }
  return { name, conditions, targets, calendarId, escalation };
}

function checkTargets(targets: PolicyFields["targets"]): void {
  const given = CLOCK_KINDS.filter((kind) => targets[kind] !== undefined);
  if (given.length === 0) throw appError("invalid", "Give at least one target.", { field: "targets" });
  const bad = given.find((kind) => !isWithin(targets[kind], MAX_TARGET_MINUTES));
  if (bad !== undefined) {
    throw appError("invalid", `A target is 1 to ${MAX_TARGET_MINUTES} whole minutes.`, { field: `targets.${bad}` });
  }
}

function isWithin(value: number | undefined, max: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= max;
}
