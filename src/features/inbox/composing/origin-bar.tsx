import { ArrowRightLeft, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import type { DraftParts } from "../use-draft";

type Origin = NonNullable<DraftParts["goesOnFrom"]>;
type OriginBarProps = { origin: Origin; onChange: (origin: Origin | undefined) => void };

/** Which conversation on another channel the answer goes on with, and whether that one is done with it. */
export function OriginBar({ origin, onChange }: OriginBarProps) {
  const { t } = useTranslation();
  const { number, close } = origin;
  return (
    <div className="flex flex-wrap items-center gap-x-3 px-4 pt-1 text-xs text-muted">
      <span className="flex items-center gap-1.5">
        <ArrowRightLeft aria-hidden size={12} className="shrink-0" />
        {t("composing.origin.text", { number })}
      </span>
      <Checkbox isSelected={close} onChange={(isChosen) => onChange({ ...origin, close: isChosen })}>
        <span className="text-xs">{t("composing.origin.close", { number })}</span>
      </Checkbox>
      <IconButton
        size="sm"
        label={t("composing.origin.remove")}
        icon={<X size={12} />}
        onPress={() => onChange(undefined)}
      />
    </div>
  );
}
