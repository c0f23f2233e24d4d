import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { randomToken, sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { ROLES, type Role } from "../../lib/permissions";
import { addMember, requireOrg } from "../model";

/** A week: long enough for a holiday, short enough that a forgotten link opens nothing. */
export const INVITATION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** Open invitations of one workspace; a team of this size invites in batches. */
const MAX_OPEN = 200;

/**
 * Invites somebody as `role`. Returns the token for the link; it is shown once and stored hashed only. An earlier link for
 * the same address opens nothing any more. Throws
 * `forbidden` for a role above the inviter's own and `invalid` for something that is no e-mail address.
 */
export async function createInvitation(
  ctx: MutationCtx,
  { inviter, email, role }: { inviter: Doc<"members">; email: string; role: Role },
): Promise<{ invitationId: Id<"invitations">; token: string; expiresAt: number }> {
  const address = email.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) {
    throw appError("invalid", "This is not an e-mail address.", { field: "email" });
  }
  if (ROLES.indexOf(role) < ROLES.indexOf(inviter.role)) {
    throw appError("forbidden", "You cannot give a role above your own.", { field: "role" });
  }
  const token = randomToken();
  const expiresAt = Date.now() + INVITATION_LIFETIME_MS;
  const tokenHash = await sha256Hex(token);
  const { orgId, _id: invitedBy } = inviter;
  for (const open of await openInvitations(ctx, orgId)) {
    if (open.email === address) await ctx.db.delete("invitations", open._id);
  }
  const invitationId = await ctx.db.insert("invitations", {
    orgId,
    email: address,
    role,
    tokenHash,
    invitedBy,
    expiresAt,
  });
  return { invitationId, token, expiresAt };
}

async function openInvitations(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"invitations">[]> {
  return await ctx.db
    .query("invitations")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_OPEN);
}

/** Open invitations of a workspace, oldest first, without their tokens. */
export async function listInvitations(ctx: QueryCtx, orgId: Id<"organisations">) {
  const rows = await openInvitations(ctx, orgId);
  return rows.map(({ _id, email, role, expiresAt, declinedAt }) => ({
    id: _id,
    email,
    role,
    expiresAt,
    isDeclined: declinedAt !== undefined,
  }));
}

/** What the holder of a link is invited to; null for a token that is wrong, used or declined. */
export async function describeInvitation(ctx: QueryCtx, token: string) {
  const invitation = await findByToken(ctx, token);
  if (invitation === null) return null;
  const { email, role, expiresAt } = invitation;
  const { name: orgName } = await requireOrg(ctx, invitation.orgId);
  return { orgName, email, role, expiresAt, hasExpired: expiresAt <= Date.now() };
}

/**
 * Makes the person a member in the role of the invitation and uses it up. Throws `not_found` for a wrong or used token
 * and `conflict` for one that has expired.
 */
export async function acceptInvitation(
  ctx: MutationCtx,
  person: Doc<"people">,
  token: string,
): Promise<{ orgId: Id<"organisations">; memberId: Id<"members"> }> {
  const invitation = await findByToken(ctx, token);
  if (invitation === null) throw appError("not_found", "This invitation does not exist or was used already.");
  if (invitation.expiresAt <= Date.now()) throw appError("conflict", "This invitation has expired. Ask for a new one.");
  const { orgId, role } = invitation;
  const memberId = await addMember(ctx, { orgId, person, role });
  await ctx.db.delete("invitations", invitation._id);
  return { orgId, memberId };
}

/** Says no to an invitation: its link opens nothing any more. Returns it, or null for a wrong or used token. */
export async function declineInvitation(ctx: MutationCtx, token: string): Promise<Doc<"invitations"> | null> {
  const invitation = await findByToken(ctx, token);
  if (invitation !== null) await ctx.db.patch("invitations", invitation._id, { declinedAt: Date.now() });
  return invitation;
}

/** Takes an open invitation back. Throws `not_found` when `orgId` has no such invitation. */
export async function withdrawInvitation(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  invitationId: Id<"invitations">,
): Promise<void> {
  const invitation = await ctx.db.get("invitations", invitationId);
  if (invitation === null || invitation.orgId !== orgId) {
    throw appError("not_found", "This invitation does not exist any more.");
  }
  await ctx.db.delete("invitations", invitationId);
}

async function findByToken(ctx: QueryCtx, token: string): Promise<Doc<"invitations"> | null> {
  const tokenHash = await sha256Hex(token);
  const invitation = await ctx.db
    .query("invitations")
    .withIndex("by_token_hash", (q) => q.eq("tokenHash", tokenHash))
    .unique();
  return invitation?.declinedAt === undefined ? invitation : null;
}
