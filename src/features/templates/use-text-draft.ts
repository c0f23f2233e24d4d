import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { mergeTexts } from "../../../convex/templates/drafts/merge";
import { toastError } from "../../components/ui/toast";
import type { TemplateText, TemplateView } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

/** While somebody types nothing is saved. */
const TYPING_MS = 500;

/** What was typed and is not saved yet, and the text it was made of. */
type Typed = { text: TemplateText; base: TemplateText };

/** A text that is being written, and how far it is kept. */
export type TextDraft = {
  text: TemplateText;
  change: (changes: Partial<TemplateText>) => void;
  /** Everything typed is on the server. */
  isSaved: boolean;
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

/** A text that saves itself while it is typed. What others save comes into it, beside what is typed here. */
export function useTextDraft(view: TemplateView): TextDraft {
  const { t } = useTranslation();
  const save = useOrgMutation(api.templates.drafts.mutations.save);
  const known = useMemo(() => textOf(view), [view]);
  const [seen, setSeen] = useState(known);
  const [typed, setTyped] = useState<Typed | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const templateId = view.id;
  if (seen !== known) {
    setSeen(known);
    // While own words are on their way, the answer to them brings what others wrote.
    if (typed !== null && !isSaving) setTyped({ base: known, text: mergeTexts(typed.base, typed.text, known) });
  }
  const unsaved = useRef<Typed | null>(null);
  useEffect(() => {
    unsaved.current = isSaving ? null : typed;
  }, [typed, isSaving]);
  useEffect(() => {
    if (typed === null || isSaving) return undefined;
    const timer = setTimeout(() => {
      setIsSaving(true);
      save({ templateId, ...typed })
        .then(
          (base) => setTyped((now) => afterSaving(now, typed, base)),
          (thrown: unknown) => {
            toastError(describeError(thrown, t));
            // It is tried again with the next key.
            setTyped((now) => (now?.text === typed.text ? null : now));
          },
        )
        .finally(() => setIsSaving(false));
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, isSaving, save, templateId, t]);
  // Who leaves in the middle of a word loses nothing.
  useEffect(
    () => () => {
      const last = unsaved.current;
      if (last === null) return;
      save({ templateId, ...last }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
    },
    [save, templateId, t],
  );
  const change = useCallback(
    (changes: Partial<TemplateText>) =>
      setTyped((now) => ({ base: now?.base ?? known, text: { ...(now?.text ?? known), ...changes } })),
    [known],
  );
  return { text: typed?.text ?? known, change, isSaved: typed === null && !isSaving };
}

/** What is still unsaved when `sent` has been, and the server has `kept`. */
function afterSaving(now: Typed | null, sent: Typed, kept: TemplateText): Typed | null {
  if (now === null || now.text === sent.text) return null;
  return { base: kept, text: mergeTexts(sent.text, now.text, kept) };
}
