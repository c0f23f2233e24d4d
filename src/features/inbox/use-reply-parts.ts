import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { NOBODY, type Envelope } from "../../../convex/inbox/recipients/rules";
import type { ThreadDetail } from "../../lib/api-types";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import type { DraftParts } from "./use-draft";
import type { AttachedFile } from "./use-uploads";

export type ReplyKind = DraftParts["kind"];

export type Parts = {
  kind: ReplyKind;
  /** Chosen by hand; null: as the newest message has it. */
  envelope: Envelope | null;
  files: readonly AttachedFile[];
  forwardOf: Id<"messages"> | null;
  /** WhatsApp: the message it quotes. */
  quoteOf?: Id<"messages"> | undefined;
  /** The template or snippet the words began with. */
  templateId: Id<"templates"> | null;
  /** What it comes from, chosen by hand; null: as the account has it; undefined: as usual. */
  from?: string | null | undefined;
  /** The conversation on another channel that it goes on with. */
  goesOnFrom?: DraftParts["goesOnFrom"];
};

const PLAIN: Parts = { kind: "reply", envelope: null, files: [], forwardOf: null, templateId: null };

type Stored = { parts?: DraftParts | undefined; files: readonly AttachedFile[] } | null;

/** Who an answer goes to, what it passes on and which files go with it. */
export function useReplyParts(thread: ThreadDetail, stored: Stored) {
  const [parts, setParts] = useState<Parts>(() => partsOf(stored));
  const isMail = thread.channel === "email";
  const suggested = useOrgQuery(api.inbox.recipients.queries.suggested, isMail ? { threadId: thread.id } : "skip");
  const carry = useOrgMutation(api.inbox.attachments.mutations.carry);
  const bySuggestion = parts.kind === "reply_all" ? suggested?.replyAll : suggested?.reply;
  const fallback = parts.kind === "forward" ? NOBODY : (bySuggestion ?? NOBODY);
  return {
    parts,
    /** Null where the channel knows no recipients. */
    envelope: isMail ? (parts.envelope ?? fallback) : null,
    isPlain:
      parts.kind === "reply" &&
      parts.envelope === null &&
      parts.files.length === 0 &&
      parts.from === undefined &&
      parts.goesOnFrom === undefined,
    setEnvelope: (envelope: Envelope) => setParts((known) => ({ ...known, envelope })),
    setFrom: (from: string | null) => setParts((known) => ({ ...known, from })),
    setQuote: (quoteOf: Id<"messages"> | undefined) => setParts((known) => ({ ...known, quoteOf })),
    setOrigin: (goesOnFrom: DraftParts["goesOnFrom"]) => setParts((known) => ({ ...known, goesOnFrom })),
    setTemplate: (templateId: Id<"templates">) => setParts((known) => ({ ...known, templateId })),
    setFiles: (change: (files: readonly AttachedFile[]) => readonly AttachedFile[]) =>
      setParts((known) => ({ ...known, files: change(known.files) })),
    /** Answers one or all, or those in `to` if there are any, or passes `messageId` on with its files. Throws what the server says of the files. */
    choose: async (kind: ReplyKind, messageId: Id<"messages"> | null, to: readonly string[] = []) => {
      if (!isMail) return;
      if (kind !== "forward" || messageId === null) {
        const envelope = to.length === 0 ? null : { ...NOBODY, to: [...to] };
        return setParts((known) => ({ ...known, kind, envelope, forwardOf: null }));
      }
      setParts((known) => ({ ...known, kind, envelope: NOBODY, forwardOf: messageId }));
      if (messageId === parts.forwardOf) return;
      const carried = await carry({ threadId: thread.id, messageId });
      setParts((known) => ({ ...known, files: [...known.files, ...carried] }));
    },
    clear: () => setParts(PLAIN),
    setAll: setParts,
  };
}

/** What a draft has kept. */
export function partsOf(stored: Stored): Parts {
  if (stored?.parts === undefined) return { ...PLAIN, files: stored?.files ?? [] };
  const { kind, envelope = null, forwardOf = null, templateId = null, from, quoteOf, goesOnFrom } = stored.parts;
  return { kind, envelope, files: stored.files, forwardOf, templateId, from, quoteOf, goesOnFrom };
}

/** As drafts keep it. */
export function draftParts({
  kind,
  envelope,
  files,
  forwardOf,
  templateId,
  from,
  quoteOf,
  goesOnFrom,
}: Parts): DraftParts {
  return {
    kind,
    fileIds: files.map(({ fileId }) => fileId),
    ...(envelope === null ? {} : { envelope }),
    ...(forwardOf === null ? {} : { forwardOf }),
    ...(templateId === null ? {} : { templateId }),
    ...(from === undefined ? {} : { from }),
    ...(quoteOf === undefined ? {} : { quoteOf }),
    ...(goesOnFrom === undefined ? {} : { goesOnFrom }),
  };
}
