import { Copy } from "lucide-react";
import { IconButton } from "./button";
import { useCopy } from "./use-copy";

/** A text somebody takes elsewhere: an address, a key. `label` names the button. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const copy = useCopy();
  return (
    <span className="flex w-full items-center gap-2 rounded-md bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 grow truncate font-mono text-xs">{value}</code>
      <IconButton size="sm" label={label} icon={<Copy size={14} />} onPress={() => void copy(value)} />
    </span>
  );
}
