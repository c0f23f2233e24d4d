import type { Editor } from "@tiptap/react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { joinDocs } from "../../../../convex/inbox/sending/joinDocs";
import { Skeleton } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { writtenIn } from "../../../editor/rich-editor";
import { settledVersion, useSharedDoc } from "../../../editor/together/use-shared-doc";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { DraftParts, OwnDraft } from "../use-draft";
import type { WriterProps } from "../use-writer";
import { Writer } from "../writer";
import { DraftsBar } from "./drafts-bar";
import { SHARED_DRAFT } from "./functions";
import type { SharedDraft } from "./use-sharing";

type SharedFieldProps = Omit<WriterProps, "draft" | "stored" | "sharing"> & {
  shared: SharedDraft;
  /** The caller's own draft beside it. */
  own: OwnDraft;
  onLeave: () => void;
  /** The member is about to end the draft, or goes on in it. */
  onEnding: (isNow: boolean) => void;
};

/** An answer several people write at once. */
export function SharedField({ shared, own, onLeave, onEnding, ...props }: SharedFieldProps) {
  const { t } = useTranslation();
  const editor = useRef<Editor | null>(null);
  const saveParts = useOrgMutation(api.inbox.sharedDrafts.mutations.saveParts);
  const discard = useOrgMutation(api.inbox.sharedDrafts.mutations.discard);
  const keepToMyself = useOrgMutation(api.inbox.sharedDrafts.mutations.keepToMyself);
  const draftId = shared.id;
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const sync = useSharedDoc(draftId, SHARED_DRAFT, (error) => {
    const last = editor.current;
    if (last === null || !last.isDestroyed) return asAppError(error)?.code === "not_found" ? undefined : fail(error);
    // The draft went while the last words were on their way: they stay with who wrote them.
    own.keep(joinDocs(JSON.stringify(last.getJSON()), own.stored?.doc));
    toast(t("sharing.kept"));
  });
  if (sync === null) return <Skeleton className="mx-4 my-2 h-14" />;
  const settled = async () => {
    const current = editor.current;
    const version = current === null ? null : await settledVersion(current);
    if (current === null || version === null) {
      toastError(t("sharing.notSettled"));
      return null;
    }
    onEnding(true);
    return { draftId, version, written: writtenIn(current) };
  };
  const change = (parts: DraftParts | undefined) => {
    onEnding(false);
    if (parts === undefined || JSON.stringify(parts) === JSON.stringify(shared.parts)) return;
    saveParts({ draftId, parts }).catch(fail);
  };
  const takeBack = async () => {
    const seen = await settled();
    if (seen === null) return;
    const doc = JSON.stringify(seen.written.doc);
    await keepToMyself({ draftId, version: seen.version, doc }).catch(fail);
  };
  return (
    <>
      <DraftsBar
        names={shared.writers.map(({ name }) => name)}
        text={t("sharing.together")}
        actions={[
          { label: t("sharing.leave"), run: onLeave },
          ...(shared.isMine ? [{ label: t("sharing.keepToMyself"), run: () => void takeBack() }] : []),
        ]}
      />
      <Writer
        {...props}
        stored={{ doc: JSON.stringify(sync.initial), parts: shared.parts, files: shared.files, updatedAt: 0 }}
        draft={{
          state: "saved",
          stored: null,
          change: (_, parts) => change(parts),
          flush: () => undefined,
          discard: () => {
            onEnding(true);
            discard({ draftId }).catch(fail);
          },
        }}
        sharing={{
          extension: sync.extension,
          settled,
          parts: shared.parts,
          files: shared.files,
          onEditor: (current) => {
            editor.current = current;
          },
        }}
      />
    </>
  );
}
