import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { livingAccount } from "../../../contacts/accounts/model";
import type { Channel } from "../../../lib/closedSets";
import { requireOrg } from "../../../orgs/model";
import { languageOf } from "../../assignment/rules";
import { sortBy, type Sorted } from "../rules";
import { sortedText } from "../texts";
import { listRules } from "./rules";

/** What arrived, with the person who is known by that address. */
type Arrived = {
  orgId: Id<"organisations">;
  channel: Channel;
  channelId?: Id<"channels"> | undefined;
  subject: string;
  text: string;
  /** Normalised. */
  sender: string;
  hasFiles: boolean;
  contact: Doc<"contacts"> | null;
};

export type SortedByRules = Sorted<Doc<"sortingRules">>;

/** What the rules of an organisation make of what arrived. */
export async function sortArrived(ctx: QueryCtx, { contact, ...arrived }: Arrived): Promise<SortedByRules> {
  const rules = await listRules(ctx, arrived.orgId);
  const account = rules.length === 0 ? null : await livingAccount(ctx, contact?.accountId);
  return sortBy(rules, { ...arrived, accountId: account?._id, language: languageOf(contact?.locale) });
}

/** Says in a conversation which rules sorted it; only the team reads it. Nothing where none did. */
export async function tellSorted(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  sorted: SortedByRules | null,
): Promise<void> {
  if (sorted === null || sorted.taken.length === 0) return;
  const { orgId, _id: threadId } = thread;
  const names = sorted.taken.map(({ name }) => name);
  const { locale } = await requireOrg(ctx, orgId);
  await ctx.db.insert("messages", {
    orgId,
    threadId,
    messageType: "system_notification",
    sender: { kind: "system", name: "sorting" },
    recipients: [],
    text: sortedText(locale, names),
    fileIds: [],
    isAutomatic: true,
    at: Date.now(),
  });
  const { threadType, priority, tags } = sorted.effect;
  await record(ctx, {
    orgId,
    actor: { kind: "system", name: "sorting" },
    action: "thread.sorted",
    subject: { table: "threads", id: threadId },
    details: {
      rule: names.join(", "),
      type: threadType ?? null,
      priority: priority ?? null,
      tags: tags.length === 0 ? null : tags.join(", "),
    },
  });
}
