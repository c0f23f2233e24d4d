import { AlarmClock, AlarmClockOff, CalendarClock, MessageCircleReply } from "lucide-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu, type MenuGroupData } from "../../components/ui/menu";
import type { ThreadDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useShortcuts } from "../../lib/shortcuts";
import { useStateOf } from "../../lib/state-of";
import { dateTime, localZone } from "../../lib/time-format";
import { CustomTime } from "./custom-time";
import { snoozePresets } from "./snooze-times";
import { useSnooze } from "./use-snooze";

/** Puts an open conversation off; on a snoozed one it says when it returns, and brings it back. */
export function SnoozeMenu({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const [isOpen, setIsOpen] = useStateOf(thread.id, false);
  const [isCustom, setIsCustom] = useStateOf(thread.id, false);
  const { snooze, unsnooze } = useSnooze(thread);
  const keys = "h";
  useShortcuts(
    thread.isOpen
      ? [{ id: "snooze", keys, label: t("actions.snooze"), group: "thread", run: () => setIsOpen(true) }]
      : [],
  );
  if (!thread.isOpen) return null;
  const { snoozedUntil } = thread;
  const returns =
    snoozedUntil === undefined
      ? null
      : snoozedUntil === null
        ? t("snooze.untilReplyShort")
        : t("snooze.returns", { at: dateTime(snoozedUntil, language, now) });
  return (
    <>
      <Menu
        label={t("actions.snooze")}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        groups={() =>
          snoozeGroups(snoozedUntil, { t, language, now, snooze, unsnooze, openCustom: () => setIsCustom(true) })
        }
        trigger={
          <Button
            variant="quiet"
            size="sm"
            keys={keys}
            data-testid="snooze"
            aria-label={returns === null ? t("actions.snooze") : `${t("actions.snooze")}: ${returns}`}
            icon={<AlarmClock aria-hidden size={14} />}
          >
            {returns}
          </Button>
        }
      />
      <Dialog title={t("snooze.custom")} isOpen={isCustom} onClose={() => setIsCustom(false)} size="sm">
        <CustomTime
          action={t("snooze.do")}
          onChoose={(at) => {
            setIsCustom(false);
            snooze(at);
          }}
        />
      </Dialog>
    </>
  );
}

type Snoozing = ReturnType<typeof useSnooze> & { t: TFunction; language: string; now: number; openCustom: () => void };

/** What the menu offers; made when it opens. */
function snoozeGroups(until: ThreadDetail["snoozedUntil"], of: Snoozing): MenuGroupData[] {
  const { t, language, now, snooze, unsnooze } = of;
  const back = { id: "back", label: t("snooze.bringBack"), icon: <AlarmClockOff size={14} />, onAction: unsnooze };
  const presets = snoozePresets(now, localZone()).map(({ preset, at }) => ({
    id: preset,
    label: `${t(`snooze.presets.${preset}`)} · ${dateTime(at, language, now)}`,
    icon: <AlarmClock size={14} />,
    onAction: () => snooze(at),
  }));
  const more = [
    {
      id: "reply",
      label: t("snooze.untilReply"),
      icon: <MessageCircleReply size={14} />,
      isChosen: until === null,
      onAction: () => snooze(null),
    },
    { id: "custom", label: t("snooze.custom"), icon: <CalendarClock size={14} />, onAction: of.openCustom },
  ];
  return [
    ...(until === undefined ? [] : [{ id: "back", items: [back] }]),
    { id: "presets", items: presets },
    { id: "more", items: more },
  ];
}
