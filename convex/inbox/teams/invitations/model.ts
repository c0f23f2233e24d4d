import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import type { Role } from "../../../lib/permissions";
import {
  acceptInvitation,
  createInvitation,
  declineInvitation,
  withdrawInvitation,
} from "../../../orgs/invitations/model";

// Inviting colleagues, with its traces in the audit trail. Errors are those of orgs/invitations.

/** Invites somebody; the answer has what the link is made of. */
export async function invite(
  ctx: MutationCtx,
  inviter: Doc<"members">,
  asked: { email: string; role: Role },
): Promise<{ token: string; expiresAt: number }> {
  const { invitationId, token, expiresAt } = await createInvitation(ctx, { inviter, ...asked });
  await note(ctx, inviter.orgId, inviter._id, "member.invited", { table: "invitations", id: invitationId });
  return { token, expiresAt };
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
  action: string,
  subject: { table: string; id: string },
): Promise<void> {
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject });
}
