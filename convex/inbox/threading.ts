import type { ThreadingMatch } from "../connections/schema";
import { isForward, normaliseSubject } from "../intake/email/subject";

// Which conversation an inbound message belongs to (providers.md 7.4, product.md 2.1). Pure: what was found in the
// database goes in, the decision comes out.

const DAY_MS = 24 * 60 * 60 * 1000;
/** After two weeks the same subject from the same person is more likely a new matter. */
export const SUBJECT_WINDOW_MS = 14 * DAY_MS;

/** A thread that could be meant. Ids are opaque here. */
export type Candidate<ThreadId extends string> = {
  threadId: ThreadId;
  contactId: string | null;
  channelId: string | null;
  channel: string;
  subject: string;
  lastMessageAt: number;
};

/** Where a Message-ID was seen. */
export type RefCandidate<ThreadId extends string> = {
  ref: string;
  thread: Candidate<ThreadId>;
  /** True when the message itself lies in the thread; false when a mail in it only named it as an ancestor. */
  isMessage: boolean;
};

export type ThreadingInput<ThreadId extends string> = {
  channel: string;
  channelId: string | null;
  /** The sender; null when unknown (automatic mail without a contact). */
  contactId: string | null;
  subject: string;
  now: number;
  /** The thread whose reply token stood in a recipient address. */
  byToken: Candidate<ThreadId> | null;
  inReplyTo: readonly string[];
  /** Oldest first, as the header has them. */
  references: readonly string[];
  byRef: readonly RefCandidate<ThreadId>[];
  /** The sender's threads of late. */
  recent: readonly Candidate<ThreadId>[];
  /** What joins mail besides the ids it answers; absent = "subject". */
  matching?: ThreadingMatch;
  /** The thread whose number stands in the subject and in which the sender takes part (product.md 2.1 no. 7). */
  byNumber?: Candidate<ThreadId> | null;
  /** The thread of a program's earlier mails with this sender and subject (product.md 2.1 no. 6). */
  byGroup?: Candidate<ThreadId> | null;
};

export type ThreadingRule =
  "token" | "in_reply_to" | "references" | "number" | "group" | "subject" | "conversation" | "none" | "forward";
export type ThreadingDecision<ThreadId extends string> =
  { kind: "existing"; threadId: ThreadId; rule: ThreadingRule } | { kind: "new"; rule: ThreadingRule };

/**
 * Decides in this order: reply token; In-Reply-To; any id in References, newest first; a number in the subject that a
 * participant names; as far as the channel wants it, a program's earlier mails of this kind, and the same sender, channel
 * and normalised subject within 14 days; otherwise a new thread. A forwarded mail belongs to no earlier thread but the one
 * it was addressed to by token (product.md 2.1 no. 8). A text message has no subject: it continues the sender's newest
 * conversation on that channel within the same time, unless it quotes a message of another one. Subject alone never joins two senders.
 */
export function decideThread<ThreadId extends string>(input: ThreadingInput<ThreadId>): ThreadingDecision<ThreadId> {
  if (input.byToken !== null) return { kind: "existing", threadId: input.byToken.threadId, rule: "token" };
  if (input.channel !== "email") return continueConversation(input);
  if (isForward(input.subject)) return { kind: "new", rule: "forward" };
  const parent = firstByRef(input, input.inReplyTo);
  if (parent !== null) return { kind: "existing", threadId: parent, rule: "in_reply_to" };
  const related = firstByRef(input, input.references.toReversed());
  if (related !== null) return { kind: "existing", threadId: related, rule: "references" };
  const { matching = "subject", byNumber = null, byGroup = null } = input;
  if (byNumber !== null) return { kind: "existing", threadId: byNumber.threadId, rule: "number" };
  if (matching === "headers") return { kind: "new", rule: "none" };
  if (matching === "grouped" && byGroup !== null)
    return { kind: "existing", threadId: byGroup.threadId, rule: "group" };
  const subject = normaliseSubject(input.subject);
  const same = newest(ownRecent(input).filter((thread) => normaliseSubject(thread.subject) === subject));
  if (subject !== "" && same !== null) return { kind: "existing", threadId: same.threadId, rule: "subject" };
  return { kind: "new", rule: "none" };
}

function continueConversation<ThreadId extends string>(input: ThreadingInput<ThreadId>): ThreadingDecision<ThreadId> {
  // Who quotes a message goes on where it stands, as long as that conversation is theirs.
  const own = input.byRef.filter(({ thread }) => input.contactId !== null && thread.contactId === input.contactId);
  const quoted = firstByRef({ ...input, byRef: own }, input.inReplyTo);
  if (quoted !== null) return { kind: "existing", threadId: quoted, rule: "in_reply_to" };
  const last = newest(ownRecent(input));
  return last === null
    ? { kind: "new", rule: "none" }
    : { kind: "existing", threadId: last.threadId, rule: "conversation" };
}

/** A message that is there joins anybody who answers it; a mere ancestor only its own sender (product.md 2.1 no. 4). */
function firstByRef<ThreadId extends string>(
  { byRef, contactId }: ThreadingInput<ThreadId>,
  refs: readonly string[],
): ThreadId | null {
  for (const ref of refs) {
    const hits = byRef.filter((candidate) => candidate.ref === ref);
    const hit =
      hits.find(({ isMessage }) => isMessage) ??
      hits.find(({ thread }) => contactId !== null && thread.contactId === contactId);
    if (hit !== undefined) return hit.thread.threadId;
  }
  return null;
}

function ownRecent<ThreadId extends string>(input: ThreadingInput<ThreadId>): Candidate<ThreadId>[] {
  if (input.contactId === null) return [];
  return input.recent.filter(
    (thread) =>
      thread.contactId === input.contactId &&
      thread.channel === input.channel &&
      thread.channelId === input.channelId &&
      input.now - thread.lastMessageAt <= SUBJECT_WINDOW_MS,
  );
}

function newest<ThreadId extends string>(threads: readonly Candidate<ThreadId>[]): Candidate<ThreadId> | null {
  return threads.toSorted((a, b) => b.lastMessageAt - a.lastMessageAt)[0] ?? null;
}

/** "#12", "[#12]" in a subject: the number of a conversation somebody means; null when there is none. */
export function numberIn(subject: string): number | null {
  const digits = /(?:^|[\s[(])#(\d{1,9})(?=$|[\s\]):.,])/.exec(subject)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** True when an answer goes on about something else than the mails before it (product.md 2.1 no. 3). */
export function isOtherSubject(subject: string, before: string): boolean {
  const [now, then] = [normaliseSubject(subject), normaliseSubject(before)];
  return now !== "" && then !== "" && now !== then && numberIn(subject) === null;
}

/** Most ids of an outgoing References header: the first keeps old clients together, the last ones find the parent. */
const MAX_REFERENCES = 20;

/** References of a reply: the thread's ids, oldest first, without doubles, capped to the first and the newest. */
export function cappedReferences(ids: readonly string[]): string[] {
  const unique = [...new Set(ids)];
  if (unique.length <= MAX_REFERENCES) return unique;
  return [...unique.slice(0, 1), ...unique.slice(1 - MAX_REFERENCES)];
}
