import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";

/** What was out of the ordinary about a mail; the team reads it in the conversation. */
export const MAIL_NOTE_KINDS = [
  /** Only its headers could be read; `detail` says why. The original is attached. */
  "unreadable",
  /** Larger than can be kept; `detail` is its size in bytes. */
  "too_large",
  /** The subject was cut; all of it is attached. */
  "subject_cut",
  /** `detail` is how many people it went to; more than are kept are listed in an attached file. */
  "many_recipients",
  /** `detail` is how many files came; the original is attached. */
  "attachments_cut",
  /** `detail` names a file whose bytes are something else than it says. */
  "wrong_type",
  /** Another message had this Message-ID already, with other words (product.md 2.2 no. 13). */
  "reused_id",
  /** The answer has another subject, `detail`, than the conversation (product.md 2.1 no. 3). */
  "other_subject",
  /** The subject names conversation number `detail`, in which the sender takes no part (product.md 2.1 no. 7). */
  "foreign_number",
  /** It answers conversation number `detail`, which was deleted: so a new one began. */
  "answers_deleted",
  /** It says it is from `detail`, one of us, but no mail server vouches for that: not taken for the team's answer. */
  "unproven_colleague",
] as const;
export const vMailNote = v.object({ kind: literals(...MAIL_NOTE_KINDS), detail: v.optional(v.string()) });
export type MailNote = Infer<typeof vMailNote>;
