import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import type { AuditAction } from "../../../audit/actions";
import { record } from "../../../audit/model";
import { mailAccounts, type SystemMail } from "../../../delivery/systemMail/model";
import { requireEnv } from "../../../lib/env";
import { appError } from "../../../lib/errors";
import { customerLanguage } from "../../../lib/languages";
import { requireMayChange, requireMemberOf, requirePerson } from "../../../orgs/model";
import {
  belongsElsewhere,
  HANDED_LIFETIME_MS,
  localAccountAt,
  localAccountOf,
  MAILED_LIFETIME_MS,
  makeReset,
  personOfUser,
  realMemberships,
  takeReset,
  type LocalAccount,
} from "../../../orgs/passwords/model";
import { resetMail } from "./mailText";

// New passwords, with their traces in the audit trail of every workspace the person belongs to.

type Place = Awaited<ReturnType<typeof realMemberships>>[number];

/** Where a link to a new password leads. */
export function resetUrl(token: string): string {
  return `${requireEnv("SITE_URL").replace(/\/$/, "")}/reset/${token}`;
}

/** The mail with a link, for whoever has an account at this address; null where nobody does or nobody could send it. */
export async function prepareResetMail(ctx: MutationCtx, email: string): Promise<SystemMail | null> {
  const account = await localAccountAt(ctx, email);
  const person = account === null ? null : await personOfUser(ctx, account.userId);
  if (account === null || person === null) return null;
  const carrier = await carrierOf(ctx, person._id);
  if (carrier === null) return null;
  const { place, accounts } = carrier;
  const { token } = await makeReset(ctx, account.userId, { lifetimeMs: MAILED_LIFETIME_MS });
  await note(ctx, [place], "password.link_mailed");
  const { org } = place;
  const values = { name: person.name, email: account.email, url: resetUrl(token) };
  return {
    orgId: org._id,
    orgName: org.name,
    to: { address: account.email, name: person.name },
    ...resetMail(customerLanguage(org.locale), values),
    accounts,
    at: Date.now(),
  };
}

/**
 * The workspace whose mail account carries the link. Who looks after that account can read it: somebody of several
 * workspaces gets it only through one they are admin of, so that no admin gets into a workspace that is not theirs.
 */
async function carrierOf(
  ctx: QueryCtx,
  personId: Id<"people">,
): Promise<{ place: Place; accounts: Doc<"connections">[] } | null> {
  const all = await realMemberships(ctx, personId);
  const active = all.filter(({ member }) => member.status === "active");
  for (const place of all.length === 1 ? active : active.filter(({ member }) => member.role === "admin")) {
    const accounts = await mailAccounts(ctx, place.org._id);
    if (accounts.length > 0) return { place, accounts };
  }
  return null;
}

/**
 * A link for a member, made by an admin who hands it over. Throws `forbidden` in the demo and for somebody above the
 * admin, `conflict` for oneself and for who belongs to another workspace too, `invalid` for who has no password here.
 */
export async function makeLinkFor(
  ctx: MutationCtx,
  by: Doc<"members">,
  org: Doc<"organisations">,
  memberId: Id<"members">,
): Promise<{ token: string; expiresAt: number }> {
  if (org.isDemo) throw appError("forbidden", "In the demo workspace everybody is admin: passwords stay.");
  const member = await requireMemberOf(ctx, org._id, memberId);
  requireMayChange(by, member);
  const account = await localAccountOf(ctx, await requirePerson(ctx, member.personId));
  if (account === null) throw appError("invalid", "This person does not sign in with a password here.");
  if (await belongsElsewhere(ctx, account.userId, org._id)) {
    throw appError("conflict", "This person belongs to another workspace too: only they can ask for a new password.");
  }
  const link = await makeReset(ctx, account.userId, { lifetimeMs: HANDED_LIFETIME_MS, madeIn: org._id });
  await record(ctx, {
    orgId: org._id,
    actor: { kind: "member", memberId: by._id },
    action: "password.link_made",
    subject: { table: "members", id: memberId },
    details: { name: member.displayName },
  });
  return link;
}

/** A link made by who runs the deployment. Throws `not_found` for an address without an account. */
export async function makeLinkAt(ctx: MutationCtx, email: string): Promise<{ url: string; expiresAt: number }> {
  const account = await localAccountAt(ctx, email);
  if (account === null) throw appError("not_found", "There is no account with this e-mail address.");
  const { token, expiresAt } = await makeReset(ctx, account.userId, { lifetimeMs: MAILED_LIFETIME_MS });
  const places = await placesOf(ctx, account);
  for (const { org, member } of places) {
    await record(ctx, {
      orgId: org._id,
      actor: { kind: "system", name: "console" },
      action: "password.link_made",
      subject: { table: "members", id: member._id },
      details: { name: member.displayName },
    });
  }
  return { url: resetUrl(token), expiresAt };
}

/** Uses a link up; the caller sets the password. Throws like `takeReset`. */
export async function useLink(ctx: MutationCtx, token: string): Promise<LocalAccount> {
  const account = await takeReset(ctx, token);
  await note(ctx, await placesOf(ctx, account), "password.reset");
  return account;
}

/** Writes down that somebody changed their own password. */
export async function noteChange(ctx: MutationCtx, account: LocalAccount): Promise<void> {
  await note(ctx, await placesOf(ctx, account), "password.changed");
}

async function placesOf(ctx: QueryCtx, { userId }: LocalAccount): Promise<Place[]> {
  const person = await personOfUser(ctx, userId);
  return person === null ? [] : await realMemberships(ctx, person._id);
}

async function note(ctx: MutationCtx, places: readonly Place[], action: AuditAction): Promise<void> {
  for (const { org, member } of places) {
    const subject = { table: "members", id: member._id };
    await record(ctx, { orgId: org._id, actor: { kind: "member", memberId: member._id }, action, subject });
  }
}
