import { useTranslation } from "react-i18next";
import { URGENCIES, type Urgency } from "../../../convex/inbox/tickets/sets";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";

export type TicketDraft = { category: string; urgency: Urgency };

type TicketFieldsProps = {
  draft: TicketDraft;
  onChange: (draft: TicketDraft) => void;
  error: string | null;
};

/** What is said of every ticket that is made. */
export function TicketFields({ draft, onChange, error }: TicketFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("tickets.urgency")}
        options={URGENCIES.map((id) => ({ id, label: t(`tickets.urgencies.${id}`) }))}
        value={draft.urgency}
        onChange={(urgency) => onChange({ ...draft, urgency })}
      />
      <TextField
        label={t("tickets.category")}
        placeholder={t("tickets.categoryHint")}
        value={draft.category}
        onChange={(category) => onChange({ ...draft, category })}
        error={error}
      />
    </div>
  );
}

/** There is one of the same number and day: it is opened, or a second one is meant. */
export function SameDayNotice({ number, onOpen }: { number: number; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2 text-sm">
      <span className="min-w-0 grow basis-48">{t("tickets.sameDay", { number })}</span>
      <Button size="sm" onPress={onOpen}>
        {t("tickets.openIt")}
      </Button>
    </div>
  );
}
