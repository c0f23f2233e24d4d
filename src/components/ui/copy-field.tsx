import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { describeError } from "../../lib/errors";
import { IconButton } from "./button";
import { toast, toastError } from "./toast";

/** A text somebody takes elsewhere: an address, a key. `label` names the button. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      toast(t("common.copied"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <span className="flex w-full items-center gap-2 rounded-md bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 grow truncate font-mono text-xs">{value}</code>
      <IconButton size="sm" label={label} icon={<Copy size={14} />} onPress={() => void copy()} />
    </span>
  );
}
