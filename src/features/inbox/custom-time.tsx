import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";
import { useNow } from "../../lib/now";
import { localZone } from "../../lib/time-format";
import { snoozePresets } from "./snooze-times";
import { instantOfWords } from "./snooze-words";

/** A later moment, in words or picked. */
export function CustomTime({ action, onChoose }: { action: string; onChoose: (at: number) => void }) {
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
          {action}
        </Button>
      </div>
    </form>
  );
}
