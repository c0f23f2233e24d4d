import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { LaneForeseen, LaneMessage } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dateTime } from "../../lib/time-format";
import { cx } from "../ui/classes";

type Words = { t: TFunction; when: (at: number) => string };

/** What will become of a message, and because of what; nothing where it just leaves at its time. */
export function ForeseenLine({ message }: { message: LaneMessage }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const words: Words = { t, when: (at) => dateTime(at, language, now) };
  const { state, foreseen, movedFrom } = message;
  const lines: { text: string; tone: string }[] = [];
  if (foreseen === null)
    lines.push({ text: t(state === "sending" ? "lane.sending" : "lane.inDoubt"), tone: "text-muted" });
  else lines.push(...foreseenTexts(foreseen, message, words));
  if (movedFrom !== null) lines.push({ text: t("lane.movedFrom", { at: words.when(movedFrom) }), tone: "text-muted" });
  if (lines.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5">
      {lines.map(({ text, tone }) => (
        <li key={text} className={cx("text-xs", tone)}>
          {text}
        </li>
      ))}
    </ul>
  );
}

function foreseenTexts(foreseen: LaneForeseen, { heldBy, state }: LaneMessage, words: Words) {
  const { t } = words;
  if (foreseen.kind === "waits") {
    const by = heldBy ?? "";
    const { reason } = foreseen;
    return [{ text: t(`lane.waits.${foreseen.rule}`, { by, reason }), tone: "text-warn" }];
  }
  const pushes = foreseen.pushes.map((push) => ({ text: pushText(push, words), tone: "text-warn" }));
  if (foreseen.kind === "leaves") return state === "held" && pushes.length === 0 ? [goesOn(t)] : pushes;
  const why = t([`lane.dropped.${foreseen.rule}`, "lane.dropped.other"] as never, { reason: foreseen.reason });
  return [...pushes, { text: String(why), tone: "text-danger" }];
}

const goesOn = (t: TFunction) => ({ text: t("lane.goesOn"), tone: "text-muted" });

function pushText(push: Extract<LaneForeseen, { kind: "leaves" }>["pushes"][number], { t, when }: Words): string {
  const to = when(push.to);
  if (push.because !== null) return t("lane.pushes.because", { to, subject: push.because.subject });
  return String(t([`lane.pushes.${push.rule}`, "lane.pushes.other"] as never, { to }));
}
