import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import type { ThreadFilter } from "../filters";
import { requireFilter } from "../model/ranges";

const MAX_NAME_CHARS = 60;
/** Views of one kind a member sees: each has a live count, and more are no help. */
const MAX_VIEWS = 25;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** A member's own views and those shared with everybody, in their order. */
export async function listViews(ctx: QueryCtx, { orgId, member }: ByMember) {
  const own = await ownViews(ctx, orgId, member._id);
  const shared = await sharedViews(ctx, orgId);
  return await Promise.all(
    [...shared, ...own].map(async ({ _id, ownerId, isShared, name, filter }) => ({
      id: _id,
      name,
      isShared,
      isOwn: ownerId === member._id,
      ownerName: (await requireMemberOf(ctx, orgId, ownerId)).displayName,
      filter,
    })),
  );
}

async function ownViews(ctx: QueryCtx, orgId: Id<"organisations">, ownerId: Id<"members">) {
  return await ctx.db
    .query("savedViews")
    .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("ownerId", ownerId).eq("isShared", false))
    .take(MAX_VIEWS);
}

async function sharedViews(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await ctx.db
    .query("savedViews")
    .withIndex("by_shared", (q) => q.eq("orgId", orgId).eq("isShared", true))
    .take(MAX_VIEWS);
}

/**
 * Keeps a filter under a name, at the end of its kind. Throws `invalid` for a name that is none and for too many views,
 * `not_found` for a filter by another organisation's member.
 */
export async function saveView(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  { name, isShared, filter }: { name: string; isShared: boolean; filter: ThreadFilter },
): Promise<Id<"savedViews">> {
  await requireFilter(ctx, orgId, filter);
  const fields = { name: checkName(name), isShared, position: await endOf(ctx, orgId, member._id, isShared) };
  const viewId = await ctx.db.insert("savedViews", { ...fields, orgId, ownerId: member._id, filter });
  await audit(ctx, { orgId, member }, viewId, "saved_view.created");
  return viewId;
}

async function endOf(ctx: QueryCtx, orgId: Id<"organisations">, ownerId: Id<"members">, isShared: boolean) {
  const views = isShared ? await sharedViews(ctx, orgId) : await ownViews(ctx, orgId, ownerId);
  if (views.length >= MAX_VIEWS) throw appError("invalid", `At most ${MAX_VIEWS} views.`, { field: "name" });
  return (views.at(-1)?.position ?? 0) + 1;
}

/** Renames one's own view, shares it or takes it back. Throws like `saveView`, `not_found` for somebody else's. */
export async function changeView(
  ctx: MutationCtx,
  by: ByMember,
  viewId: Id<"savedViews">,
  change: { name?: string; isShared?: boolean },
): Promise<void> {
  const view = await requireOwnView(ctx, by, viewId);
  const { name = view.name, isShared = view.isShared } = change;
  const position = isShared === view.isShared ? view.position : await endOf(ctx, by.orgId, by.member._id, isShared);
  await ctx.db.patch("savedViews", viewId, { name: checkName(name), isShared, position });
  await audit(ctx, by, viewId, "saved_view.changed");
}

/** Moves one's own view before or after its neighbour of the same kind. At the end nothing happens. */
export async function moveView(
  ctx: MutationCtx,
  by: ByMember,
  viewId: Id<"savedViews">,
  direction: -1 | 1,
): Promise<void> {
  const view = await requireOwnView(ctx, by, viewId);
  const { orgId, ownerId, isShared } = view;
  const views = isShared ? await sharedViews(ctx, orgId) : await ownViews(ctx, orgId, ownerId);
  const at = views.findIndex(({ _id }) => _id === viewId);
  const neighbour = views[at + direction];
  if (at === -1 || neighbour === undefined) return;
  const beyond = views[at + 2 * direction]?.position ?? neighbour.position + 2 * direction;
  await ctx.db.patch("savedViews", viewId, { position: (neighbour.position + beyond) / 2 });
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

async function audit(ctx: MutationCtx, { orgId, member }: ByMember, id: Id<"savedViews">, action: string) {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "savedViews", id } });
}
