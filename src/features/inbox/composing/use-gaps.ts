import type { Editor } from "@tiptap/react";
import { useTranslation } from "react-i18next";
import { gapsIn } from "../../../../convex/templates/variables";
import { toastError } from "../../../components/ui/toast";
import { selectGap } from "../../../editor/gaps";

/** What a template's text still lacks. `stops` says so in a sentence, goes there, and is true while there is something. */
export function useGaps(editor: Editor | null, text: string): { gaps: string[]; stops: () => boolean } {
  const { t } = useTranslation();
  const gaps = gapsIn(text);
  const stops = () => {
    const [name] = gaps;
    if (name === undefined) return false;
    toastError(t("composing.gapStops", { name }));
    if (editor !== null) selectGap(editor);
    return true;
  };
  return { gaps, stops };
}
