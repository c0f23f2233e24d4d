import type { OptimisticLocalStore } from "convex/browser";
import { insertAtTop } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DEFAULT_ANSWER_SETTINGS, holdMs } from "../../../convex/inbox/sending/settings";
import type { Channel } from "../../../convex/lib/closedSets";
import { meetsNarrowing, type Narrowing } from "../../../convex/inbox/filters";
import type { MessageRow, ThreadRow, ThreadView } from "../../lib/api-types";

// What the screen shows at once, before the server has answered. Convex takes it back when the server refuses.

export type ThreadPatch = Partial<
  Pick<
    ThreadRow,
    | "assignee"
    | "status"
    | "isOpen"
    | "isUnread"
    | "snoozedUntil"
    | "isStarred"
    | "isFollowing"
    | "isMuted"
    | "isArchived"
    | "priority"
    | "threadType"
    | "subject"
  >
> & { isDeleted?: true };

/** Applies a change to a conversation wherever it is on the screen. */
export function patchThread(
  store: OptimisticLocalStore,
  threadId: Id<"threads">,
  { isDeleted, ...patch }: ThreadPatch,
): void {
  for (const { args, value } of store.getAllQueries(api.inbox.queries.getThread)) {
    if (value === undefined || args.threadId !== threadId) continue;
    store.setQuery(api.inbox.queries.getThread, args, { ...value, ...patch });
  }
  for (const { args, value } of store.getAllQueries(api.inbox.queries.listThreads)) {
    if (value === undefined || !value.page.some(({ id }) => id === threadId)) continue;
    const page = value.page
      .map((row) => (row.id === threadId ? { ...row, ...patch } : row))
      .filter(
        (row) => row.id !== threadId || (isDeleted !== true && belongs(row, args.view, patch) && stillMeets(row, args)),
      );
    store.setQuery(api.inbox.queries.listThreads, args, { ...value, page });
  }
}

/** Whether the changed row still belongs to the view it is listed in. */
function belongs(row: ThreadRow, view: ThreadView, patch: ThreadPatch): boolean {
  if (view === "starred") return patch.isStarred !== false;
  if (view === "followed") return patch.isFollowing !== false;
  if (view === "mentioned" || view === "drafts") return true;
  if (patch.isOpen !== undefined && row.isOpen === (view === "closed")) return false;
  if ("snoozedUntil" in patch && view !== "overdue") return (row.snoozedUntil !== undefined) === (view === "snoozed");
  if (patch.isArchived === true && (view === "all" || view === "mine")) return false;
  if (patch.assignee !== undefined && view === "unassigned") return row.assignee === null;
  return true;
}

// Read rows stay where they are until the server says otherwise: the one that is being read must not vanish.
// No change on the screen moves one to another mailbox.
function stillMeets({ assignee, ...row }: ThreadRow, { channelId: _, ...asked }: Narrowing): boolean {
  return meetsNarrowing({ ...row, ...(assignee === null ? {} : { assigneeId: assignee.memberId }) }, asked);
}

export function isOpenStatus(status: ThreadRow["status"]): boolean {
  return status !== "resolved" && status !== "closed";
}

type Sent = {
  orgId: Id<"organisations">;
  threadId: Id<"threads">;
  clientId: string;
  text: string;
  html?: string | undefined;
  senderName: string;
  channel?: Channel;
  messageType: "outgoing" | "internal_note";
  at: number;
};

/** Puts one's own message at the end of the conversation. */
export function insertMessage(store: OptimisticLocalStore, sent: Sent): void {
  const item: MessageRow = {
    // The server gives it its own id; until then the idempotency key stands in.
    id: sent.clientId as Id<"messages">,
    clientId: sent.clientId,
    authorId: undefined,
    editedAt: undefined,
    removedAt: undefined,
    messageType: sent.messageType,
    senderName: sent.senderName,
    senderKind: "member",
    senderAddress: undefined,
    channel: sent.channel,
    subject: undefined,
    text: sent.text,
    quotedText: undefined,
    html: sent.html,
    at: sent.at,
    deliveryStatus: sent.messageType === "outgoing" ? "pending" : undefined,
    failureReason: undefined,
    queueId: undefined,
    retry: undefined,
    files: [],
    missingFiles: [],
    isAutomatic: false,
    recipients: [],
    from: undefined,
    isForward: false,
    isSentElsewhere: false,
    held: undefined,
    splitAt: undefined,
    otherThreadId: undefined,
    call: undefined,
    reactions: [],
    quoted: undefined,
    isChat: false,
  };
  insertAtTop({
    paginatedQuery: api.inbox.queries.listMessages,
    argsToMatch: { orgId: sent.orgId, threadId: sent.threadId },
    localQueryStore: store,
    item,
  });
}

type Undoable = Pick<Sent, "orgId" | "threadId" | "clientId"> & { close: boolean };

/** The way back from an answer is offered at once; the server's own clock takes over when it has answered. */
export function offerUndo(store: OptimisticLocalStore, { orgId, threadId, clientId, close }: Undoable): void {
  const { undoable, settings } = api.inbox.sending.queries;
  const held = store.getQuery(undoable, { orgId });
  const ms = holdMs(store.getQuery(settings, { orgId }) ?? DEFAULT_ANSWER_SETTINGS);
  if (held === undefined || ms === 0) return;
  const messageId = clientId as Id<"messages">;
  store.setQuery(undoable, { orgId }, [...held, { messageId, threadId, clientId, dueAt: Date.now() + ms, close }]);
}
