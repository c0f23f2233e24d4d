import { useTranslation } from "react-i18next";
import { toast, toastError } from "./toast";

/** Puts a text on the clipboard and says so, or that the browser refused. True when it is there. */
export function useCopy(): (text: string, said?: string) => Promise<boolean> {
  const { t } = useTranslation();
  return async (text, said = t("common.copied")) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      toastError(t("common.notCopied"));
      return false;
    }
    toast(said);
    return true;
  };
}
