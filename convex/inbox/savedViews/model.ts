import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import { isInTeam, requireTeam, teamsOf } from "../../orgs/teams/model";
import type { ThreadFilter } from "../filters";
import { requireFilter } from "../model/ranges";

const MAX_NAME_CHARS = 60;
/** Views of one kind a member sees: each has a live count, and more are no help. */
const MAX_VIEWS = 25;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** Who sees a view: with `teamId` those of one team; `isShared` false: its owner alone. */
type Audience = { isShared: boolean; teamId?: Id<"teams"> | undefined };

/** The views of everybody, of the member's teams, and their own, each kind in its order. */
export async function listViews(ctx: QueryCtx, { orgId, member }: ByMember) {
  const teamIds = await teamsOf(ctx, member._id);
  const kinds: Audience[] = [{ isShared: true }, ...teamIds.map((teamId) => ({ isShared: true, teamId }))];
  const views = await Promise.all([...kinds, { isShared: false }].map((kind) => viewsOf(ctx, { orgId, member }, kind)));
  return await Promise.all(
    views.flat().map(async ({ _id, ownerId, isShared, teamId, name, filter }) => ({
      id: _id,
      name,
      isShared,
      team: teamId === undefined ? null : { id: teamId, name: (await requireTeam(ctx, orgId, teamId)).name },
      isOwn: ownerId === member._id,
      ownerName: (await requireMemberOf(ctx, orgId, ownerId)).displayName,
      filter,
    })),
  );
}

/** The views that stand together with one of this audience, in their order. */
async function viewsOf(ctx: QueryCtx, { orgId, member }: ByMember, { isShared, teamId }: Audience) {
  const views = ctx.db.query("savedViews");
  const range = isShared
    ? views.withIndex("by_shared", (q) => q.eq("orgId", orgId).eq("isShared", true).eq("teamId", teamId))
    : views.withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("ownerId", member._id).eq("isShared", false));
  return await range.take(MAX_VIEWS);
}

/**
 * Keeps a filter under a name, at the end of its kind. Throws `invalid` for a name that is none and for too many views,
 * `not_found` for a filter by, or a team of, another organisation, `forbidden` for a team the member is not in.
 */
export async function saveView(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  { name, isShared, teamId, filter }: Audience & { name: string; filter: ThreadFilter },
): Promise<Id<"savedViews">> {
  await requireFilter(ctx, orgId, filter);
  const audience = await checkAudience(ctx, { orgId, member }, { isShared, teamId });
  const fields = { name: checkName(name), ...audience, position: await endOf(ctx, { orgId, member }, audience) };
  const viewId = await ctx.db.insert("savedViews", { ...fields, orgId, ownerId: member._id, filter });
  await audit(ctx, { orgId, member }, viewId, "saved_view.created");
  return viewId;
}

async function checkAudience(ctx: QueryCtx, { orgId, member }: ByMember, { isShared, teamId }: Audience) {
  if (!isShared || teamId === undefined) return { isShared, teamId: undefined };
  await requireTeam(ctx, orgId, teamId);
  if (await isInTeam(ctx, teamId, member._id)) return { isShared, teamId };
  throw appError("forbidden", "Only people of a team share views with it.", { field: "teamId" });
}

async function endOf(ctx: QueryCtx, by: ByMember, audience: Audience) {
  const views = await viewsOf(ctx, by, audience);
  if (views.length >= MAX_VIEWS) throw appError("invalid", `At most ${MAX_VIEWS} views.`, { field: "name" });
  return (views.at(-1)?.position ?? 0) + 1;
}

/** Renames one's own view, shares it (`teamId` null: with everybody) or takes it back. Throws like `saveView`, `not_found` for somebody else's. */
export async function changeView(
  ctx: MutationCtx,
  by: ByMember,
  viewId: Id<"savedViews">,
  change: { name?: string; isShared?: boolean; teamId?: Id<"teams"> | null },
): Promise<void> {
  const view = await requireOwnView(ctx, by, viewId);
  const { name = view.name, isShared = view.isShared, teamId = view.teamId } = change;
  const isSame = isShared === view.isShared && (teamId ?? undefined) === view.teamId;
  const audience = isSame ? view : await checkAudience(ctx, by, { isShared, teamId: teamId ?? undefined });
  const position = isSame ? view.position : await endOf(ctx, by, audience);
  const { isShared: shared, teamId: team } = audience;
  await ctx.db.patch("savedViews", viewId, { name: checkName(name), isShared: shared, teamId: team, position });
  await audit(ctx, by, viewId, "saved_view.changed");
}

/** Puts one's own view before another of the same kind; null or one that is not among them: at their end. */
export async function placeView(
  ctx: MutationCtx,
  by: ByMember,
  viewId: Id<"savedViews">,
  beforeId: Id<"savedViews"> | null,
): Promise<void> {
  const view = await requireOwnView(ctx, by, viewId);
  if (beforeId === viewId) return;
  const others = (await viewsOf(ctx, by, view)).filter(({ _id }) => _id !== viewId);
  const at = others.findIndex(({ _id }) => _id === beforeId);
  const last = others.at(-1)?.position ?? 0;
  const after = at === -1 ? last + 2 : (others[at]?.position ?? 0);
  const before = at === -1 ? last : (others[at - 1]?.position ?? after - 2);
  await ctx.db.patch("savedViews", viewId, { position: (before + after) / 2 });
}

/** Removes one's own view; the conversations stay. Throws `not_found` for somebody else's. */
export async function removeView(ctx: MutationCtx, by: ByMember, viewId: Id<"savedViews">): Promise<void> {
  await requireOwnView(ctx, by, viewId);
  await ctx.db.delete("savedViews", viewId);
  await audit(ctx, by, viewId, "saved_view.removed");
}

async function requireOwnView(ctx: QueryCtx, { orgId, member }: ByMember, viewId: Id<"savedViews">) {
  const view = await ctx.db.get("savedViews", viewId);
  if (view === null || view.orgId !== orgId || view.ownerId !== member._id) {
    throw appError("not_found", "This view does not exist or is not yours.");
  }
  return view;
}

function checkName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
}

async function audit(ctx: MutationCtx, { orgId, member }: ByMember, id: Id<"savedViews">, action: AuditAction) {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "savedViews", id } });
}
