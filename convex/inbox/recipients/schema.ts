import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";

/** What an outgoing message is to the one before it. */
export const REPLY_KINDS = ["reply", "reply_all", "forward"] as const;
export const vReplyKind = literals(...REPLY_KINDS);
export type ReplyKind = Infer<typeof vReplyKind>;

/** The people of one mail by where they stand; normalised addresses. */
export const vEnvelope = v.object({ to: v.array(v.string()), cc: v.array(v.string()), bcc: v.array(v.string()) });

/**
 * The conversation on another channel that an answer goes on with, its number for the screen, and whether it is closed
 * when the answer leaves (conversations/goOn).
 */
export const vGoesOnFrom = v.object({ threadId: v.id("threads"), number: v.number(), close: v.boolean() });
export type GoesOnFrom = Infer<typeof vGoesOnFrom>;

/** What a draft has beside its words: who it goes to, which files, what it passes on. */
export const vDraftParts = v.object({
  kind: vReplyKind,
  /** Chosen by hand; absent: as the newest message has it. */
  envelope: v.optional(vEnvelope),
  fileIds: v.array(v.id("files")),
  forwardOf: v.optional(v.id("messages")),
  /** WhatsApp: the message it quotes. */
  quoteOf: v.optional(v.id("messages")),
  /** What the words began with. */
  templateId: v.optional(v.id("templates")),
  /** What it comes from, chosen by hand; null: as the account has it; absent: as usual (senders). */
  from: v.optional(v.union(v.string(), v.null())),
  goesOnFrom: v.optional(vGoesOnFrom),
});
export type DraftParts = Infer<typeof vDraftParts>;
