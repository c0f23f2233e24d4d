import { AlarmClock, AlarmClockOff, CalendarClock, MessageCircleReply } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import { TextField } from "../../components/ui/text-field";
import type { ThreadDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";
import { useNow } from "../../lib/now";
import { useShortcuts } from "../../lib/shortcuts";
import { dateTime, localZone } from "../../lib/time-format";
import { snoozePresets } from "./snooze-times";
import { instantOfWords } from "./snooze-words";
import { useSnooze } from "./use-snooze";

/** Puts an open conversation off; on a snoozed one it says when it returns, and brings it back. */
export function SnoozeMenu({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const [isOpen, setIsOpen] = useState(false);
  const [isCustom, setIsCustom] = useState(false);
  const { snooze, unsnooze } = useSnooze(thread);
  const keys = "h";
  useShortcuts(
    thread.isOpen
      ? [{ id: "snooze", keys, label: t("actions.snooze"), group: "thread", run: () => setIsOpen(true) }]
      : [],
  );
  if (!thread.isOpen) return null;
  const { snoozedUntil } = thread;
  const isSnoozed = snoozedUntil !== undefined;
  const returns =
    snoozedUntil === undefined
      ? null
      : snoozedUntil === null
        ? t("snooze.untilReplyShort")
        : t("snooze.returns", { at: dateTime(snoozedUntil, language, now) });
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
      isChosen: snoozedUntil === null,
      onAction: () => snooze(null),
    },
    {
      id: "custom",
      label: t("snooze.custom"),
      icon: <CalendarClock size={14} />,
      onAction: () => setIsCustom(true),
    },
  ];
  return (
    <>
      <Menu
        label={t("actions.snooze")}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        groups={[
          ...(isSnoozed ? [{ id: "back", items: [back] }] : []),
          { id: "presets", items: presets },
          { id: "more", items: more },
        ]}
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
          onChoose={(at) => {
            setIsCustom(false);
            snooze(at);
          }}
        />
      </Dialog>
    </>
  );
}

function CustomTime({ onChoose }: { onChoose: (at: number) => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const zone = localZone();
  const [local, setLocal] = useState(() => {
    const tomorrow = snoozePresets(now, zone).find(({ preset }) => preset === "tomorrow");
    return tomorrow === undefined ? "" : localOfInstant(tomorrow.at, zone);
  });
  const [words, setWords] = useState("");
  const meant = words === "" ? null : instantOfWords(words, now, zone);
  // What is typed in words shows in the other field, where it can be mended.
  const say = (text: string) => {
    setWords(text);
    const instant = instantOfWords(text, now, zone);
    if (instant !== null) setLocal(localOfInstant(instant, zone));
  };
  const isUnclear = words.trim() !== "" && meant === null;
  const at = isUnclear ? null : instantOfLocal(local, zone);
  const isLater = at !== null && at > now;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isLater) onChoose(at);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t("snooze.words")}
        value={words}
        onChange={say}
        placeholder={t("snooze.wordsExample")}
        error={isUnclear ? t("snooze.wordsUnclear") : null}
        autoFocus
      />
      <TextField
        type="datetime-local"
        label={t("snooze.at")}
        value={local}
        onChange={(text) => {
          setWords("");
          setLocal(text);
        }}
        description={t("snooze.zoneNote", { zone })}
        error={isLater || isUnclear ? null : t("snooze.notLater")}
      />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" isDisabled={!isLater}>
          {t("snooze.do")}
        </Button>
      </div>
    </form>
  );
}
