import type { Doc, Id } from "../../../_generated/dataModel";
import { internal } from "../../../_generated/api";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import type { AuditAction } from "../../../audit/actions";
import { record } from "../../../audit/model";
import { mailAccounts, type SystemMail } from "../../../delivery/systemMail/model";
import { requireEnv } from "../../../lib/env";
import { customerLanguage } from "../../../lib/languages";
import type { Role } from "../../../lib/permissions";
import { takeToken } from "../../../lib/rateLimits";
import {
  acceptInvitation,
  beginInvitationMail,
  createInvitation,
  declineInvitation,
  invitationToMail,
  withdrawInvitation,
} from "../../../orgs/invitations/model";
import { requireMemberOf, requireOrg } from "../../../orgs/model";
import { invitationMail } from "./mailText";

// Inviting colleagues, with its traces in the audit trail. Errors are those of orgs/invitations.

/** Invites somebody; the answer has what the link is made of. */
export async function invite(
  ctx: MutationCtx,
  inviter: Doc<"members">,
  asked: { email: string; role: Role },
): Promise<{ token: string; expiresAt: number; isMailed: boolean }> {
  const { orgId, _id: memberId } = inviter;
  const { invitationId, token, expiresAt } = await createInvitation(ctx, { inviter, ...asked });
  await note(ctx, orgId, memberId, "member.invited", { table: "invitations", id: invitationId });
  const isMailed = (await accountsFor(ctx, orgId)).length > 0;
  await beginInvitationMail(ctx, invitationId, isMailed);
  if (isMailed) {
    await takeToken(ctx, "invitationMail", orgId);
    await ctx.scheduler.runAfter(0, internal.inbox.teams.invitations.nodeJobs.mail, { invitationId });
  }
  return { token, expiresAt, isMailed };
}

// In the demo everybody is admin: strangers must not write to strangers in its name.
async function accountsFor(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"connections">[]> {
  const { isDemo } = await requireOrg(ctx, orgId);
  return isDemo ? [] : await mailAccounts(ctx, orgId);
}

/** The mail of an invitation that is still open, or null. */
export async function presentInvitationMail(
  ctx: QueryCtx,
  invitationId: Id<"invitations">,
): Promise<SystemMail | null> {
  const open = await invitationToMail(ctx, invitationId);
  if (open === null) return null;
  const { invitation, token } = open;
  const { orgId, email, invitedBy, expiresAt } = invitation;
  const org = await requireOrg(ctx, orgId);
  const values = {
    inviter: (await requireMemberOf(ctx, orgId, invitedBy)).displayName,
    org: org.name,
    url: `${requireEnv("SITE_URL").replace(/\/$/, "")}/join/${token}`,
    until: longDate(expiresAt, org),
  };
  return {
    orgId,
    orgName: org.name,
    to: { address: email, name: "" },
    ...invitationMail(customerLanguage(org.locale), values),
    accounts: await accountsFor(ctx, orgId),
    at: Date.now(),
  };
}

function longDate(at: number, { locale, timezone }: Doc<"organisations">): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: timezone }).format(at);
}

/** Takes an open invitation back. */
export async function withdraw(
  ctx: MutationCtx,
  { orgId, _id: memberId }: Doc<"members">,
  invitationId: Id<"invitations">,
): Promise<void> {
  await withdrawInvitation(ctx, orgId, invitationId);
  await note(ctx, orgId, memberId, "invitation.withdrawn", { table: "invitations", id: invitationId });
}

/** Lets the person in whom a link invites. */
export async function accept(ctx: MutationCtx, person: Doc<"people">, token: string): Promise<Id<"organisations">> {
  const { orgId, memberId } = await acceptInvitation(ctx, person, token);
  await note(ctx, orgId, memberId, "member.joined", { table: "members", id: memberId });
  return orgId;
}

/** The holder of a link does not want to join. A token that opens nothing changes nothing. */
export async function decline(ctx: MutationCtx, token: string): Promise<void> {
  const invitation = await declineInvitation(ctx, token);
  if (invitation === null) return;
  await record(ctx, {
    orgId: invitation.orgId,
    actor: { kind: "system", name: "invitation" },
    action: "invitation.declined",
    subject: { table: "invitations", id: invitation._id },
  });
}

async function note(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  memberId: Id<"members">,
  action: AuditAction,
  subject: { table: string; id: string },
): Promise<void> {
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject });
}
