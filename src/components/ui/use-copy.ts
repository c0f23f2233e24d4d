import { useTranslation } from "react-i18next";
import { describeError } from "../../lib/errors";
import { toast, toastError } from "./toast";

/** Puts a text on the clipboard and says so, or why not. True when it is there. */
export function useCopy(): (text: string) => Promise<boolean> {
  const { t } = useTranslation();
  return async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch (thrown) {
      toastError(describeError(thrown, t));
      return false;
    }
    toast(t("common.copied"));
    return true;
  };
}
