import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { holdPerson, liftHold, prolongTalk } from "../../delivery/holds/model";
import { settingsOf } from "../../delivery/settings/model";
import { MINUTE_MS } from "../../lib/time";

// Tells delivery with whom the team talks: automatic messages to them wait (product.md O-4).

type Talk = Pick<Doc<"threads">, "_id" | "orgId" | "contactId" | "isOpen" | "threadType">;

/** A member writes to the customer, or wrote. What is done is no talk any more. */
export async function noteTalk(ctx: MutationCtx, thread: Talk, memberId: Id<"members">): Promise<void> {
  const { orgId, contactId, _id: threadId } = thread;
  if (contactId === undefined || !thread.isOpen) return;
  const until = await quietFrom(ctx, orgId);
  await holdPerson(ctx, { orgId, contactId, cause: "conversation", threadId, memberId, until });
}

/** The customer wrote: a talk that is under way goes on. */
export async function noteAnswer(ctx: MutationCtx, { orgId, contactId }: Talk): Promise<void> {
  if (contactId !== undefined) await prolongTalk(ctx, contactId, await quietFrom(ctx, orgId));
}

async function quietFrom(ctx: MutationCtx, orgId: Id<"organisations">): Promise<number> {
  return Date.now() + (await settingsOf(ctx, orgId)).humanFirst.quietMinutes * MINUTE_MS;
}

/** A conversation changed: complaints hold as long as they are open, a talk ends with its conversation. */
export async function followTalk(ctx: MutationCtx, before: Talk | null, after: Talk): Promise<void> {
  const [was, is] = [complainant(before), complainant(after)];
  const { _id: threadId, orgId } = after;
  if (was !== undefined && was !== is) await liftHold(ctx, { contactId: was, cause: "complaint", threadId });
  if (is !== undefined && was !== is) await holdPerson(ctx, { orgId, contactId: is, cause: "complaint", threadId });
  if (before?.contactId !== undefined && before.isOpen && !after.isOpen) {
    await liftHold(ctx, { contactId: before.contactId, cause: "conversation", threadId });
  }
}

function complainant(thread: Talk | null): Id<"contacts"> | undefined {
  return thread?.isOpen === true && thread.threadType === "complaint" ? thread.contactId : undefined;
}
