import { X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";

type ColorFieldProps = { label: string; value: string | null; onChange: (value: string | null) => void };

/** A colour, "#rrggbb", or none. */
export function ColorField({ label, value, onChange }: ColorFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <span className="flex items-center gap-2">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      <input
        id={id}
        type="color"
        value={value ?? "#ffffff"}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-12 rounded-md border border-edge bg-surface p-0.5 max-md:h-11"
      />
      {value !== null && (
        <IconButton size="sm" label={t("designer.noColor")} icon={<X size={14} />} onPress={() => onChange(null)} />
      )}
    </span>
  );
}
