import type { Editor } from "@tiptap/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { Skeleton } from "../../components/ui/skeleton";
import { toastError } from "../../components/ui/toast";
import { EmailDesigner } from "../../editor/email/lazy";
import type { SharedFunctions } from "../../editor/together/sync-client";
import { useSharedDoc } from "../../editor/together/use-shared-doc";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";

const { mutations, queries } = api.templates.together;
const carets = api.collab.templates;

const SHARED_TEMPLATE: SharedFunctions = {
  getSnapshot: queries.getSnapshot,
  latestVersion: queries.latestVersion,
  getSteps: queries.getSteps,
  submitSteps: mutations.submitSteps,
  carets: {
    others: carets.queries.othersInText,
    place: carets.mutations.placeInText,
    leave: carets.mutations.leaveText,
  },
};

type SharedDesignerProps = {
  templateId: Id<"templates">;
  label: string;
  /** The editor, for who waits until its words have arrived. Must stay the same function. */
  onEditor: (editor: Editor | null) => void;
};

/** The designer with the draft of a template that others write in too. */
export function SharedDesigner({ templateId, ...props }: SharedDesignerProps) {
  const { t } = useTranslation();
  const open = useOrgMutation(mutations.open);
  const current = useOrgQuery(queries.current, { templateId });
  const view = useOrgQuery(api.templates.drafts.queries.get, { templateId });
  // What this page has just made a design of is on its way to the server for a moment.
  const isKept = (view?.draft ?? view?.version)?.document !== undefined;
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    if (!isKept || current === undefined || (isOpen && current !== null)) return undefined;
    let isOver = false;
    open({ templateId }).then(
      () => !isOver && setIsOpen(true),
      (thrown: unknown) => !isOver && toastError(describeError(thrown, t)),
    );
    return () => {
      isOver = true;
    };
  }, [open, templateId, isKept, current, isOpen, t]);
  if (!isOpen || current === undefined || current === null) return <Skeleton className="h-72" />;
  return <Synced key={current} id={current} {...props} />;
}

function Synced({ id, label, onEditor }: Omit<SharedDesignerProps, "templateId"> & { id: Id<"templateWritings"> }) {
  const { t } = useTranslation();
  const last = useRef<Editor | null>(null);
  const sync = useSharedDoc(id, SHARED_TEMPLATE, (error) => {
    if (last.current?.isDestroyed === true) return toastError(t("templates.wordsLost"));
    const code = asAppError(error)?.code;
    // What has ended goes from the screen by itself.
    if (code !== undefined && code !== "not_found") toastError(describeError(error, t));
  });
  const keep = useCallback(
    (editor: Editor | null) => {
      if (editor !== null) last.current = editor;
      onEditor(editor);
    },
    [onEditor],
  );
  if (sync === null) return <Skeleton className="h-72" />;
  return <EmailDesigner label={label} value={JSON.stringify(sync.initial)} sync={sync.extension} onEditor={keep} />;
}
