import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { appError } from "../../../lib/errors";
import type { MaybeMemberCtx } from "../../../lib/threadAccess";
import { requireThread } from "../../model/rows";
import { MAX_SOURCES, stayingOf, togetherProblem, type TogetherProblem } from "../rules";
import { mergeThreads } from "./merge";

// Several conversations that somebody chose in a list, made one.

const REFUSALS: Record<TogetherProblem, string> = {
  too_few: "Choose at least two conversations.",
  too_many: `At most ${MAX_SOURCES + 1} conversations are merged at once.`,
  no_customer: "One of these conversations has no customer.",
  customers_differ: "These conversations are of different customers.",
};

async function chosenThreads(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  threadIds: readonly Id<"threads">[],
): Promise<Doc<"threads">[]> {
  const chosen = new Map<Id<"threads">, Doc<"threads">>();
  for (const threadId of threadIds.slice(0, MAX_SOURCES + 2)) {
    // One that was merged meanwhile stands for the one it is in.
    const thread = await requireThread(ctx, orgId, threadId);
    chosen.set(thread._id, thread);
  }
  return [...chosen.values()];
}

/** What would become of them: why nothing, or which one stays unless another one is chosen; the oldest first. */
export async function previewTogether(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  threadIds: readonly Id<"threads">[],
) {
  const chosen = await chosenThreads(ctx, orgId, threadIds);
  const problem = togetherProblem(chosen);
  const threads = chosen.toSorted((a, b) => a.number - b.number).slice(0, MAX_SOURCES + 1);
  return {
    problem,
    stayingId: problem === null ? (stayingOf(chosen)?._id ?? null) : null,
    threads: await Promise.all(threads.map((thread) => presentCandidate(ctx, thread))),
  };
}

async function presentCandidate(ctx: QueryCtx, thread: Doc<"threads">) {
  const { _id: id, orgId, number, subject, channel, isOpen, lastMessageAt, lastMessagePreview, contactId } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const shown = { id, number, subject, channel, isOpen: isOpen === true, lastMessageAt, lastMessagePreview };
  return { ...shown, contact: contact === null ? null : { id: contact._id, name: contact.name } };
}

/** Puts all of them into one. Throws `invalid` for what `togetherProblem` says, else like `mergeThreads`. */
export async function mergeTogether(
  ctx: MutationCtx & MaybeMemberCtx,
  by: { orgId: Id<"organisations">; member: Doc<"members"> },
  { threadIds, targetId }: { threadIds: readonly Id<"threads">[]; targetId: Id<"threads"> },
): Promise<Id<"threadMerges">[]> {
  const chosen = await chosenThreads(ctx, by.orgId, [targetId, ...threadIds.filter((id) => id !== targetId)]);
  const problem = togetherProblem(chosen);
  if (problem !== null) throw appError("invalid", REFUSALS[problem], { field: "threadIds" });
  const [target, ...sources] = chosen;
  if (target === undefined) return [];
  return await mergeThreads(ctx, by, { sourceIds: sources.map(({ _id }) => _id), targetId: target._id });
}
