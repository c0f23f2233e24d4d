import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { derivedToken, randomToken, sha256Hex } from "../../lib/crypto";
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
  const seed = randomToken();
  const token = await tokenOf(seed);
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
    seed,
    invitedBy,
    expiresAt,
  });
  return { invitationId, token, expiresAt };
}

// Made again for the mail: a token that waits in a job or a queue would be one that others can read.
const tokenOf = async (seed: string) => await derivedToken("invitation", seed);

/** What the mail with an invitation needs; null when it is open no more. */
export async function invitationToMail(
  ctx: QueryCtx,
  invitationId: Id<"invitations">,
): Promise<{ invitation: Doc<"invitations">; token: string } | null> {
  const invitation = await ctx.db.get("invitations", invitationId);
  if (invitation?.seed === undefined || invitation.declinedAt !== undefined) return null;
  return { invitation, token: await tokenOf(invitation.seed) };
}

/** Says whether the invitation is being mailed, or that nothing can mail it. */
export async function beginInvitationMail(
  ctx: MutationCtx,
  invitationId: Id<"invitations">,
  hasAccount: boolean,
): Promise<void> {
  const mail = hasAccount ? ({ kind: "sending", at: Date.now() } as const) : ({ kind: "no_account" } as const);
  await ctx.db.patch("invitations", invitationId, { mail });
}

/** Says what became of the mail. Nothing when the invitation is gone. */
export async function settleInvitationMail(
  ctx: MutationCtx,
  invitationId: Id<"invitations">,
  reason: string | null,
): Promise<void> {
  if ((await ctx.db.get("invitations", invitationId)) === null) return;
  const at = Date.now();
  const mail = reason === null ? ({ kind: "sent", at } as const) : ({ kind: "failed", at, reason } as const);
  await ctx.db.patch("invitations", invitationId, { mail });
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
  return rows.map(({ _id, email, role, expiresAt, mail, declinedAt }) => ({
    id: _id,
    email,
    role,
    expiresAt,
    mail,
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
