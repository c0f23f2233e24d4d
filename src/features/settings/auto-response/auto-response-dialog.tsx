import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { SUGGESTED_TEXTS, TEXT_LANGUAGES } from "../../../../convex/inbox/autoResponses/texts";
import { asAppError } from "../../../../convex/lib/errors";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { Tabs } from "../../../components/ui/tabs";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import type { AutoResponseRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";

type Language = (typeof TEXT_LANGUAGES)[number];
type Texts = Record<Language, string>;

const DEFAULT_CALENDAR = "default";

type AutoResponseDialogProps = { channelName: string; response: AutoResponseRow; onClose: () => void };

/** When a channel answers by itself, in which words, and what a customer would read. */
export function AutoResponseDialog({ channelName, response, onClose }: AutoResponseDialogProps) {
  const { t } = useTranslation();
  const set = useOrgMutation(api.inbox.autoResponses.mutations.set);
  const calendars = useOrgQuery(api.sla.queries.calendars, {}) ?? [];
  const [isEnabled, setIsEnabled] = useState(response.isEnabled);
  const [calendarId, setCalendarId] = useState(response.calendarId);
  const [texts, setTexts] = useState<Texts>(() => textsOf(response));
  const [language, setLanguage] = useState<Language>(response.texts[0]?.language ?? "de");
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    setProblem(null);
    const written = TEXT_LANGUAGES.map((each) => ({ language: each, text: texts[each] }));
    try {
      await set({ channelId: response.channelId, isEnabled, calendarId, texts: written });
      toast(t("autoResponse.saved", { name: channelName }));
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "texts") setProblem(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t("autoResponse.title", { name: channelName })}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        await submit();
      }}
    >
      <p className="text-sm text-muted">{t("autoResponse.intro")}</p>
      <Checkbox isSelected={isEnabled} onChange={setIsEnabled}>
        {t("autoResponse.enable")}
      </Checkbox>
      <Select
        label={t("autoResponse.calendar")}
        options={[
          { id: DEFAULT_CALENDAR, label: t("autoResponse.defaultCalendar") },
          ...calendars.map(({ id, name }) => ({ id: id as string, label: name })),
        ]}
        value={calendarId ?? DEFAULT_CALENDAR}
        onChange={(id) => setCalendarId(calendars.find((each) => each.id === id)?.id ?? null)}
        className="max-w-xs"
      />
      <Tabs
        label={t("autoResponse.languages")}
        tabs={TEXT_LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
        value={language}
        onChange={setLanguage}
      >
        <div className="flex flex-col gap-3 pt-3">
          <TextField
            label={t("autoResponse.text")}
            rows={4}
            value={texts[language]}
            onChange={(text) => setTexts({ ...texts, [language]: text })}
            error={problem}
            description={t("autoResponse.places", PLACES)}
          />
          <Preview calendarId={calendarId} language={language} text={texts[language]} />
        </div>
      </Tabs>
    </FormDialog>
  );
}

/** How the places of a text are written: no words of a language. */
const PLACES = { person: "{{name}}", opening: "{{opens}}" };

// Whoever opens it for the first time gets words to begin with.
function textsOf({ texts }: AutoResponseRow): Texts {
  if (texts.length === 0) return SUGGESTED_TEXTS;
  const of = (language: Language) => texts.find((each) => each.language === language)?.text ?? "";
  return { de: of("de"), en: of("en"), nl: of("nl") };
}

type PreviewProps = { calendarId: Id<"calendars"> | null; language: Language; text: string };

function Preview({ calendarId, language, text }: PreviewProps) {
  const { t } = useTranslation();
  const shown = useLanguage();
  const now = useNow();
  const preview = useOrgQuery(api.inbox.autoResponses.queries.preview, { calendarId, text: { language, text } });
  const hint =
    preview === undefined
      ? ""
      : preview.isOpen
        ? t("autoResponse.isOpen")
        : preview.opensAt === null
          ? t("autoResponse.neverOpens")
          : t("autoResponse.opensAt", { at: dateTime(preview.opensAt, shown, now) });
  return (
    <div className="flex flex-col gap-1">
      <p className="text-xs font-medium text-muted">{t("autoResponse.preview")}</p>
      <p lang={language} className="min-h-12 rounded-lg bg-accent-soft px-3 py-2 text-sm whitespace-pre-wrap">
        {preview?.text ?? ""}
      </p>
      <p className="text-xs text-faint">{hint}</p>
    </div>
  );
}
