import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { ruleProblem, type RuleProblem } from "./rules";
import type { SegmentRule } from "./schema";

/** More than this nobody keeps apart; archived ones count. */
const MAX_SEGMENTS = 300;
const MAX_NAME_CHARS = 80;
const MAX_DESCRIPTION_CHARS = 300;

type ByMember = { orgId: Id<"organisations">; member: Pick<Doc<"members">, "_id"> };

/** What a member says about a segment. */
export type SegmentFields = { name: string; description: string; rule: SegmentRule };

/** The segment, archived or not, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireSegment(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  segmentId: Id<"segments">,
): Promise<Doc<"segments">> {
  const segment = await ctx.db.get("segments", segmentId);
  if (segment === null || segment.orgId !== orgId) throw appError("not_found", "This segment does not exist.");
  return segment;
}

/** Those of `ids` that the organisation has, archived ones included. */
export async function segmentsAmong(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  ids: Iterable<Id<"segments">>,
): Promise<Doc<"segments">[]> {
  const found = await Promise.all([...ids].map((id) => ctx.db.get("segments", id)));
  return found.filter((segment) => segment?.orgId === orgId).filter((segment) => segment !== null);
}

/** Every segment that is offered, or with `isArchived` every one that is not, by name. */
export async function allSegments(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  isArchived = false,
): Promise<Doc<"segments">[]> {
  return await ctx.db
    .query("segments")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("isArchived", isArchived))
    .take(MAX_SEGMENTS);
}

/** A page of them. */
export async function listSegments(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { isArchived, paginationOpts }: { isArchived: boolean; paginationOpts: PaginationOptions },
) {
  const result = await ctx.db
    .query("segments")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("isArchived", isArchived))
    .paginate(paginationOpts);
  return { ...result, page: result.page.map(presentSegment) };
}

/** A segment as screens show it. */
export function presentSegment({ _id: id, name, description = "", rule, isArchived, updatedAt }: Doc<"segments">) {
  return { id, name, description, rule, isArchived, updatedAt };
}

/** Makes a segment. Throws `invalid` with the field for what cannot stand, `conflict` for a name there is. */
export async function createSegment(
  ctx: MutationCtx,
  by: ByMember,
  fields: SegmentFields,
  now: number,
): Promise<Id<"segments">> {
  const { orgId } = by;
  const checked = checkedFields(fields);
  const count = (await allSegments(ctx, orgId)).length + (await allSegments(ctx, orgId, true)).length;
  if (count >= MAX_SEGMENTS) throw appError("invalid", `There are at most ${MAX_SEGMENTS} segments.`);
  await refuseSameName(ctx, orgId, checked.nameKey, null);
  const segmentId = await ctx.db.insert("segments", { orgId, ...checked, isArchived: false, updatedAt: now });
  await audit(ctx, by, "segment.created", segmentId, { name: checked.name });
  return segmentId;
}

/**
 * Changes a segment; what is absent stays. Returns whether somebody else may be in it now. Throws like `createSegment`,
 * `not_found`.
 */
export async function changeSegment(
  ctx: MutationCtx,
  by: ByMember,
  { segmentId, ...change }: Partial<SegmentFields> & { segmentId: Id<"segments"> },
  now: number,
): Promise<{ hasNewRule: boolean }> {
  const { name, description = "", rule } = await requireSegment(ctx, by.orgId, segmentId);
  const known = checkedFields({ name, description, rule });
  const checked = checkedFields({
    name: change.name ?? name,
    description: change.description ?? description,
    rule: change.rule ?? rule,
  });
  const changed = (["name", "description", "rule"] as const).filter(
    (field) => JSON.stringify(known[field]) !== JSON.stringify(checked[field]),
  );
  if (changed.length === 0) return { hasNewRule: false };
  await refuseSameName(ctx, by.orgId, checked.nameKey, segmentId);
  await ctx.db.patch("segments", segmentId, { ...checked, updatedAt: now });
  await audit(ctx, by, "segment.changed", segmentId, { name: checked.name, fields: changed.join(", ") });
  return { hasNewRule: changed.includes("rule") };
}

/** Offers a segment no more, or again; whoever names it goes on by its rule. Throws `not_found`. */
export async function setSegmentArchived(
  ctx: MutationCtx,
  by: ByMember,
  { segmentId, isArchived }: { segmentId: Id<"segments">; isArchived: boolean },
  now: number,
): Promise<void> {
  const segment = await requireSegment(ctx, by.orgId, segmentId);
  if (segment.isArchived === isArchived) return;
  await ctx.db.patch("segments", segmentId, { isArchived, updatedAt: now });
  const action = isArchived ? "segment.archived" : "segment.restored";
  await audit(ctx, by, action, segmentId, { name: segment.name });
}

const PROBLEM_TEXTS: Record<RuleProblem, string> = {
  empty: "Say who is in this segment: it needs at least one condition.",
  incomplete: "A condition is not finished.",
  too_many: "These are too many conditions.",
  bad_days: "Days are a whole number from 1.",
};

/** Throws `invalid` for a rule that cannot stand. */
export function requireRule(rule: SegmentRule): void {
  const problem = ruleProblem(rule);
  if (problem !== null) throw appError("invalid", PROBLEM_TEXTS[problem], { field: "rule" });
}

function checkedFields({ name: written, description: text, rule }: SegmentFields) {
  const name = written.normalize("NFC").replace(/\s+/g, " ").trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  const description = text.trim();
  if (description.length > MAX_DESCRIPTION_CHARS) {
    throw appError("invalid", `At most ${MAX_DESCRIPTION_CHARS} characters.`, { field: "description" });
  }
  requireRule(rule);
  return { name, nameKey: name.toLowerCase(), description: description === "" ? undefined : description, rule };
}

async function refuseSameName(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  nameKey: string,
  own: Id<"segments"> | null,
): Promise<void> {
  const same = await ctx.db
    .query("segments")
    .withIndex("by_name", (q) => q.eq("orgId", orgId).eq("nameKey", nameKey))
    .unique();
  if (same === null || same._id === own) return;
  const where = same.isArchived ? "There is an archived segment" : "There is a segment";
  throw appError("conflict", `${where} called ${same.name}.`, { field: "name" });
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  action: AuditAction,
  segmentId: Id<"segments">,
  details: AuditDetails,
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "segments", id: segmentId }, details });
}
