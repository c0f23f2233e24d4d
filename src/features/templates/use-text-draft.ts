import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { toastError } from "../../components/ui/toast";
import type { TemplateText, TemplateView } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

/** While somebody types nothing is saved. */
const TYPING_MS = 500;

/** What was typed and is not saved yet, and the revision it was typed on. */
type Typed = { text: TemplateText; base: number };

/** A text that is being written, and how far it is kept. */
export type TextDraft = {
  text: TemplateText;
  change: (changes: Partial<TemplateText>) => void;
  /** Everything typed is on the server. */
  isSaved: boolean;
  /** Somebody else changed it meanwhile: what was typed here is not saved. */
  isConflict: boolean;
  /** Gives up what was typed here for what is on the server. */
  takeTheirs: () => void;
  /** 0: there is no draft. */
  revision: number;
};

const EMPTY: TemplateText = { subject: "", body: "", layout: "agent_reply", variables: [] };

/** The draft, else the live text. */
export function textOf({ draft, version }: TemplateView): TemplateText {
  const source = draft ?? version;
  if (source === null) return EMPTY;
  const { subject, body, shortBody, layout, document, variables, whatsapp } = source;
  return {
    subject,
    body,
    layout,
    variables,
    ...(document === undefined ? {} : { document }),
    ...(shortBody === undefined ? {} : { shortBody }),
    ...(whatsapp === undefined ? {} : { whatsapp }),
  };
}

/** A text that saves itself while it is typed. What others save appears as long as nothing is typed here. */
export function useTextDraft(view: TemplateView): TextDraft {
  const { t } = useTranslation();
  const save = useOrgMutation(api.templates.drafts.mutations.save);
  const [typed, setTyped] = useState<Typed | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const [isConflict, setIsConflict] = useState(false);
  const templateId = view.id;
  const revision = view.draft?.revision ?? 0;
  const unsaved = useRef<Typed | null>(null);
  useEffect(() => {
    unsaved.current = isConflict || isSaving ? null : typed;
  }, [typed, isConflict, isSaving]);
  useEffect(() => {
    if (typed === null || isSaving || isConflict) return undefined;
    const timer = setTimeout(() => {
      setIsSaving(true);
      save({ templateId, revision: typed.base, text: typed.text })
        .then(
          (base) => setTyped((now) => (now === null || now.text === typed.text ? null : { ...now, base })),
          (thrown: unknown) => {
            if (asAppError(thrown)?.code === "conflict") setIsConflict(true);
            else {
              toastError(describeError(thrown, t));
              // It is tried again with the next key.
              setTyped((now) => (now?.text === typed.text ? null : now));
            }
          },
        )
        .finally(() => setIsSaving(false));
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, isSaving, isConflict, save, templateId, t]);
  // Who leaves in the middle of a word loses nothing.
  useEffect(
    () => () => {
      const last = unsaved.current;
      if (last === null) return;
      save({ templateId, revision: last.base, text: last.text }).catch((thrown: unknown) =>
        toastError(describeError(thrown, t)),
      );
    },
    [save, templateId, t],
  );
  const text = typed?.text ?? textOf(view);
  const change = useCallback(
    (changes: Partial<TemplateText>) =>
      setTyped((now) => ({ text: { ...(now?.text ?? textOf(view)), ...changes }, base: now?.base ?? revision })),
    [view, revision],
  );
  const takeTheirs = () => {
    setTyped(null);
    setIsConflict(false);
  };
  return { text, change, isSaved: typed === null && !isSaving, isConflict, takeTheirs, revision };
}
