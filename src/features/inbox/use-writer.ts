import type { AnyExtension, Editor } from "@tiptap/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isCustomerChannel } from "../../../convex/lib/closedSets";
import type { Id } from "../../../convex/_generated/dataModel";
import { toastError } from "../../components/ui/toast";
import { type DocNode, docText, parseDoc } from "../../editor/doc-text";
import type { Written } from "../../editor/rich-editor";
import type { MessageRow, ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import type { ComposerMode } from "./composer";
import type { TemplateAnswer } from "./composing/template-form";
import { useGaps } from "./composing/use-gaps";
import { useFileDrop } from "./file-drop";
import { useInboxPlace } from "./inbox-context";
import { useStaleGuard } from "./stale-guard";
import type { DraftParts, WritableDraft } from "./use-draft";
import { draftParts, type Parts, partsOf, type ReplyKind, useReplyParts } from "./use-reply-parts";
import { usePictures } from "./use-pictures";
import { type SendOptions, useSend } from "./use-send";
import { type AttachedFile, useUploads } from "./use-uploads";

/** What is to be written: `kind` null leaves what the draft is. */
export type Wish = {
  kind: ReplyKind | null;
  /** What a forward passes on; null: the newest mail. */
  messageId?: Id<"messages">;
  /** Whom a reply goes to; absent: as usual. */
  to?: readonly string[];
  /** WhatsApp: what a reply quotes. */
  quoteOf?: Id<"messages">;
};

/** A wish to write; `count` goes up with each. */
export type WriteRequest = Wish & { count: number };

export type WriterProps = {
  thread: ThreadDetail;
  mode: ComposerMode;
  request: WriteRequest;
  newest: MessageRow | null;
  /** What the conversation has, newest first. */
  said: readonly MessageRow[];
  /** The newest mail: what a forward passes on unless somebody chose another. */
  forwardable: MessageRow | null;
  /** True once for each wish, however often the field is made anew. */
  claim: (count: number) => boolean;
  /** Goes up whenever the cursor is wanted. */
  focusCount: number;
  draft: WritableDraft;
  stored: NonNullable<WritableDraft["stored"]> | null;
  /** Something stands in the field, or has to be said about it. */
  onNeeded: () => void;
  /** Turns the field to notes. */
  onNote: () => void;
  /** Of a draft several people write in; absent for one's own. */
  sharing?: Sharing | undefined;
  /** Lets colleagues write along; absent where that cannot be. */
  onShare?: ((doc: DocNode, parts: DraftParts) => void) | undefined;
};

export type Sharing = {
  extension: AnyExtension;
  /** What stands in the field when everybody has it; null, and a word on the screen, when the network is away. */
  settled: () => Promise<{ draftId: Id<"sharedDrafts">; version: number; written: Written } | null>;
  /** As colleagues left them. */
  parts: DraftParts | undefined;
  files: readonly AttachedFile[];
  onEditor: (editor: Editor) => void;
};

const EMPTY: Written = { doc: { type: "doc" }, text: "", html: "" };

/** What is being written and everything that can be done with it. Reads its draft once. */
export function useWriter(props: WriterProps) {
  const { thread, mode, request, newest, forwardable, claim, focusCount, draft, stored, sharing } = props;
  const [initial] = useState(() => (stored === null ? null : parseDoc(stored.doc)));
  const [editor, setEditor] = useState<Editor | null>(null);
  const [written, setWritten] = useState<Written>(EMPTY);
  const reply = useReplyParts(thread, stored);
  const { parts, envelope } = reply;
  // A note takes the files of a mail, whatever the customer writes through.
  const channel = mode === "note" || !isCustomerChannel(thread.channel) ? "email" : thread.channel;
  const uploads = useUploads({ channel, files: parts.files, onFiles: reply.setFiles });
  const pictures = usePictures({ editor, doc: written.doc, files: parts.files, uploads });
  const isReply = mode === "reply";
  const isPlain = !isReply || thread.channel !== "email";
  const hasContent = written.text !== "" || parts.files.length > 0 || (isReply && parts.kind === "forward");
  const guard = useStaleGuard(newest, written.text !== "" && isReply);
  const send = useSend(thread, mode);
  const sayWhy = useRefusal();
  const choose = (kind: ReplyKind, { messageId, to = [] }: Pick<Wish, "messageId" | "to"> = {}) => {
    reply.choose(kind, messageId ?? forwardable?.id ?? null, to).catch(sayWhy);
  };
  useFocus(editor, focusCount);
  useRequest(request, claim, (wish) => isReply && grant(wish, reply.setQuote, choose));
  const unread = editor === null ? initial : null;
  const restore = useSaving({ written, setWritten, reply, draft, isShared: sharing !== undefined, unread });

  const clear = () => {
    editor?.commands.clearContent();
    setWritten(EMPTY);
    uploads.clear();
    reply.clear();
  };
  const nobody = isReply && (envelope === null ? thread.replyAddress === null : envelope.to.length === 0);
  const { gaps, stops: stopsAtGap } = useGaps(editor, written.text);
  const sawId = newest !== null && newest.id !== newest.clientId ? newest.id : null;
  const sender = { send, guard, base: { parts: pictures.sent(parts), envelope, isPlain, sawId } };
  const together = useTogether({ ...sender, sharing, editor, reply });
  const submit = ({ close, plan, remindAt }: SendOptions) => {
    if (!hasContent || uploads.isBusy || nobody || stopsAtGap() || guard.stops()) return;
    if (sharing !== undefined) return void together.submit(sharing, { close, plan, remindAt });
    clear();
    // Should it be refused on a page that is gone by then, all of it is a draft still.
    draft.flush();
    guard.reset();
    send({
      ...sender.base,
      written,
      sending: draft.sending?.(written.doc, draftParts(parts), parts.files),
      close,
      plan,
      remindAt,
      giveBack: () => {
        giveBack(editor, written);
        reply.setAll(parts);
      },
    });
  };
  return {
    initial,
    editor,
    setEditor,
    isSending: together.isSending,
    written,
    setWritten,
    restore,
    reply,
    uploads,
    pictures,
    guard,
    isOver: useFileDrop(uploads.add),
    isPlain,
    hasContent,
    plainText: unread === null ? written.text : docText(unread),
    isBlocked: nobody || uploads.isBusy,
    gaps,
    submitTemplate: templateSender(sender, () => reply.setOrigin(undefined)),
    choose: (kind: ReplyKind) => choose(kind),
    submit,
    discard: useDiscard({ draft, parts, said: props.said, clear: sharing === undefined ? clear : null }),
  };
}

type Discarding = Pick<WriterProps, "draft" | "said"> & {
  parts: Parts;
  /** Empties the field; null where it empties by itself. */
  clear: (() => void) | null;
};

/** Throws a draft away; in an empty conversation, begun to say this, it leads back to where it was asked. */
function useDiscard({ draft, parts: { goesOnFrom }, said, clear }: Discarding): () => void {
  const place = useInboxPlace();
  return () => {
    clear?.();
    draft.discard();
    if (goesOnFrom !== undefined && said.length === 0) place.open(goesOnFrom.threadId, { replace: true });
  };
}

/** Says on the screen why something was refused. */
function useRefusal(): (thrown: unknown) => void {
  const { t } = useTranslation();
  return (thrown) => toastError(describeError(thrown, t));
}

/** What the answer quotes, and what it is to the message before it. */
function grant(
  { kind, quoteOf, ...which }: Wish,
  setQuote: (quoteOf: Id<"messages">) => void,
  choose: (kind: ReplyKind, which: Pick<Wish, "messageId" | "to">) => void,
): void {
  if (quoteOf !== undefined) setQuote(quoteOf);
  if (kind !== null) choose(kind, which);
}

type TemplateSender = {
  send: ReturnType<typeof useSend>;
  guard: ReturnType<typeof useStaleGuard>;
  base: Pick<Parameters<ReturnType<typeof useSend>>[0], "parts" | "envelope" | "isPlain" | "sawId">;
};

/** Sends an approved template instead of what is written, which stays a draft (WhatsApp, outside the 24 hours). */
function templateSender({ send, guard, base }: TemplateSender, onSent: () => void) {
  return ({ templateId, values, text }: TemplateAnswer, options: SendOptions) => {
    if (guard.stops()) return;
    guard.reset();
    const answer = { written: { ...EMPTY, text }, parts: { ...base.parts, files: [], templateId }, values };
    // The fields keep what was written into them.
    send({ ...base, ...answer, ...options, giveBack: () => undefined });
    onSent();
  };
}

type Saving = {
  written: Written;
  setWritten: (written: Written) => void;
  reply: ReturnType<typeof useReplyParts>;
  draft: WritableDraft;
  isShared: boolean;
  /** What the draft has while there is no field that shows it. */
  unread: DocNode | null;
};

/**
 * Keeps words, people and files as a draft whenever one of them changed; an empty one is none. What the editor says it
 * began with is the draft itself: the answer takes it.
 */
function useSaving({ written, setWritten, reply, draft, isShared, unread }: Saving): (found: Written) => void {
  const { change, discard } = draft;
  const { parts, isPlain } = reply;
  const known = useRef({ written, parts });
  const restored = useRef<Written | null>(null);
  useEffect(() => {
    const before = known.current;
    if (before.written === written && before.parts === parts) return;
    known.current = { written, parts };
    const isRestored = written === restored.current && before.parts === parts;
    if (isRestored || (written === EMPTY && isPlain)) return;
    if (written.text === "" && isPlain && !isShared) discard();
    else change((written === EMPTY ? unread : null) ?? written.doc, draftParts(parts), parts.files);
  }, [written, parts, isPlain, isShared, unread, change, discard]);
  return useCallback(
    (found: Written) => {
      restored.current = found;
      setWritten(found);
    },
    [setWritten],
  );
}

/** What is different for a draft several people write in. */
function useTogether(
  of: TemplateSender & {
    sharing: Sharing | undefined;
    editor: Editor | null;
    reply: ReturnType<typeof useReplyParts>;
  },
) {
  const { sharing, editor, reply, send, guard, base } = of;
  const [isSending, setIsSending] = useState(false);
  useSharedParts(sharing, reply.setAll);
  useEffect(() => {
    if (editor !== null) sharing?.onEditor(editor);
  }, [editor, sharing]);
  return {
    isSending,
    /** The words stay in the field until the draft is gone for everybody. */
    submit: async ({ settled }: Sharing, options: SendOptions) => {
      if (isSending) return;
      setIsSending(true);
      const seen = await settled();
      if (seen === null) return setIsSending(false);
      guard.reset();
      const { written, ...sharedDraft } = seen;
      send({ ...base, ...options, written, sharedDraft, giveBack: () => setIsSending(false) });
    },
  };
}

/** Takes over whom and what colleagues chose for the answer. */
function useSharedParts(sharing: Sharing | undefined, setAll: ReturnType<typeof useReplyParts>["setAll"]): void {
  const theirs = useRef(JSON.stringify(sharing?.parts));
  useEffect(() => {
    const now = JSON.stringify(sharing?.parts);
    if (sharing === undefined || now === theirs.current) return;
    theirs.current = now;
    const stored = { parts: sharing.parts, files: sharing.files };
    setAll((known) => (JSON.stringify(draftParts(known)) === now ? known : partsOf(stored)));
  }, [sharing, setAll]);
}

/** Puts words back into the field, before what was begun since. */
function giveBack(editor: Editor | null, { doc }: Written): void {
  if (editor === null || editor.isDestroyed) return;
  if (editor.isEmpty) editor.commands.setContent(doc, { emitUpdate: true });
  else editor.commands.insertContentAt(0, doc.content ?? []);
  editor.commands.focus("end");
}

/** Carries out a wish once, however often the field is made anew. */
function useRequest(request: WriteRequest, claim: WriterProps["claim"], run: (request: WriteRequest) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (claim(request.count)) latest.current(request);
  }, [request, claim]);
}

/** Puts the cursor into the field when a key asked for it, also when the editor arrives later than the wish. */
function useFocus(editor: Editor | null, focusRequest: number): void {
  const granted = useRef(focusRequest === 0 ? 0 : focusRequest - 1);
  useEffect(() => {
    if (editor === null || editor.isDestroyed || granted.current === focusRequest) return;
    granted.current = focusRequest;
    editor.commands.focus("end");
  }, [editor, focusRequest]);
}
