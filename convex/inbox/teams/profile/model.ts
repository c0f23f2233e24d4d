import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { localAccountOf, sessionsOf } from "../../../orgs/passwords/model";
import { renamePerson } from "../../../orgs/people/model";

/** Gives somebody another name, in every workspace of theirs. Throws `invalid` for an empty or overlong one. */
export async function rename(ctx: MutationCtx, person: Doc<"people">, name: string): Promise<void> {
  for (const member of await renamePerson(ctx, person, name)) {
    await record(ctx, {
      orgId: member.orgId,
      actor: { kind: "member", memberId: member._id },
      action: "member.renamed",
      subject: { table: "members", id: member._id },
      details: { from: member.displayName },
    });
  }
}

/** What only the person sees of their account: whether it has a password here, and where they are signed in. */
export async function presentAccount(ctx: QueryCtx, person: Doc<"people">, currentSession: string | null) {
  const account = await localAccountOf(ctx, person);
  if (account === null) return { hasPassword: false, sessions: [] };
  const sessions = await sessionsOf(ctx, account.userId);
  return {
    hasPassword: true,
    sessions: sessions.map(({ _id, _creationTime }) => ({
      id: _id,
      since: _creationTime,
      isThis: _id === currentSession,
    })),
  };
}
