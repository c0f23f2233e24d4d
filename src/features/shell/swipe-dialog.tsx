import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/ui/dialog";
import { Select } from "../../components/ui/select";
import { SWIPE_CHOICES } from "../../lib/swipe";
import { useSwipeChoices } from "../../lib/swipe-choices";

/** What swiping on a conversation in the list does, on this device. */
export function SwipeDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const choices = useSwipeChoices();
  const options = SWIPE_CHOICES.map((id) => ({ id, label: t(`phone.swipes.${id}`) }));
  return (
    <Dialog title={t("phone.swiping")} isOpen={isOpen} onClose={onClose} size="sm">
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("phone.swipingText")}</p>
        {(["right", "left"] as const).map((side) => (
          <Select
            key={side}
            label={t(`phone.sides.${side}`)}
            options={options}
            value={choices[side].choice}
            onChange={choices[side].choose}
          />
        ))}
      </div>
    </Dialog>
  );
}
