import { AlarmClock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dateTime, localZone } from "../../lib/time-format";
import { CustomTime } from "./custom-time";
import { snoozePresets } from "./snooze-times";

type RemindDialogProps = { onClose: () => void; onChoose: (remindAt: number) => void };

/** When an answer that is sent now is to be seen again if nobody replied to it. */
export function RemindDialog({ onClose, onChoose }: RemindDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  return (
    <Dialog title={t("answering.remind")} isOpen onClose={onClose} size="sm">
      <p className="mb-3 text-sm text-muted">{t("answering.remindText")}</p>
      <ul className="mb-4 flex flex-col gap-1">
        {snoozePresets(now, localZone()).map(({ preset, at }) => (
          <li key={preset}>
            <Button
              variant="quiet"
              className="w-full justify-start"
              icon={<AlarmClock aria-hidden size={14} />}
              onPress={() => onChoose(at)}
            >
              {t(`snooze.presets.${preset}`)} · {dateTime(at, language, now)}
            </Button>
          </li>
        ))}
      </ul>
      <CustomTime action={t("answering.remindDo")} onChoose={onChoose} />
    </Dialog>
  );
}
