import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { ZoneField } from "../../components/ui/zone-field";
import { withStart, type BookingDraft, type DraftField } from "./booking-draft";

type BookingFieldsProps = { draft: BookingDraft; problem: DraftField | null; onChange: (draft: BookingDraft) => void };

/** What a booking is: title, times by the clock of its place, place, and whatever else is known of it. */
export function BookingFields({ draft, problem, onChange }: BookingFieldsProps) {
  const { t } = useTranslation();
  const errorAt = (field: DraftField) => (problem === field ? t(`bookings.problems.${field}`) : null);
  const isOnline = draft.kind === "online";
  return (
    <>
      <TextField
        label={t("bookings.fieldTitle")}
        value={draft.title}
        onChange={(title) => onChange({ ...draft, title })}
        error={errorAt("title")}
      />
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <TextField
          type="datetime-local"
          label={t("bookings.starts")}
          value={draft.startsAt}
          onChange={(startsAt) => onChange(withStart(draft, startsAt))}
          error={errorAt("startsAt")}
        />
        <TextField
          type="datetime-local"
          label={t("bookings.ends")}
          value={draft.endsAt}
          onChange={(endsAt) => onChange({ ...draft, endsAt })}
          error={errorAt("endsAt")}
        />
        <Select
          label={t("bookings.where")}
          options={[
            { id: "onsite", label: t("bookings.onsite") },
            { id: "online", label: t("bookings.online") },
          ]}
          value={draft.kind}
          onChange={(kind) => onChange({ ...draft, kind })}
        />
        <ZoneField
          label={t("bookings.zone")}
          value={draft.zone}
          onChange={(zone) => onChange({ ...draft, zone })}
          error={errorAt("zone")}
        />
      </div>
      <TextField
        label={t(isOnline ? "bookings.link" : "bookings.place")}
        value={draft.place}
        onChange={(place) => onChange({ ...draft, place })}
        {...(isOnline ? { inputMode: "url" as const, placeholder: "https://" } : {})}
        error={errorAt("location")}
      />
      <Attributes draft={draft} problem={errorAt("attributes")} onChange={onChange} />
    </>
  );
}

type AttributesProps = { draft: BookingDraft; problem: string | null; onChange: (draft: BookingDraft) => void };

function Attributes({ draft, problem, onChange }: AttributesProps) {
  const { t } = useTranslation();
  const { attributes } = draft;
  const add = () => {
    const id = Math.max(-1, ...attributes.map((each) => each.id)) + 1;
    onChange({ ...draft, attributes: [...attributes, { id, name: "", text: "" }] });
  };
  const set = (id: number, change: { name?: string; text?: string }) =>
    onChange({ ...draft, attributes: attributes.map((each) => (each.id === id ? { ...each, ...change } : each)) });
  const remove = (id: number) => onChange({ ...draft, attributes: attributes.filter((each) => each.id !== id) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("bookings.attributes")}</legend>
      {attributes.map(({ id, name, text }) => (
        <div key={id} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2">
          <TextField
            label={t("bookings.attributeName")}
            hideLabel
            placeholder={t("bookings.attributeName")}
            value={name}
            onChange={(next) => set(id, { name: next })}
          />
          <TextField
            label={t("bookings.attributeValue")}
            hideLabel
            placeholder={t("bookings.attributeValue")}
            value={text}
            onChange={(next) => set(id, { text: next })}
          />
          <IconButton
            size="sm"
            label={t("bookings.attributeRemove", { name })}
            icon={<Trash2 size={14} />}
            onPress={() => remove(id)}
          />
        </div>
      ))}
      {problem !== null && <p className="text-xs text-danger">{problem}</p>}
      <Button size="sm" className="self-start" icon={<Plus aria-hidden size={13} />} onPress={add}>
        {t("bookings.attributeAdd")}
      </Button>
    </fieldset>
  );
}
