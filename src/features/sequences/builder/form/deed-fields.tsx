import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import type { Id } from "../../../../../convex/_generated/dataModel";
import { NO_SEQUENCE } from "../../../../../convex/sequences/closedSets";
import { Select } from "../../../../components/ui/select";
import { useOrgQuery } from "../../../../lib/org";
import type { Deed } from "../../../../lib/api-types";
import { NumberField, TypedField } from "../../../../components/ui/typed-field";

const KINDS = ["add_tag", "remove_tag", "set_field", "create_task", "start_sequence"] as const;

const NEW: Record<Deed["kind"], Deed> = {
  add_tag: { kind: "add_tag", tag: "" },
  remove_tag: { kind: "remove_tag", tag: "" },
  set_field: { kind: "set_field", key: "", value: "" },
  create_task: { kind: "create_task", title: "", dueInHours: 24 },
  start_sequence: { kind: "start_sequence", sequenceId: NO_SEQUENCE },
};

type Props = { value: Deed; onChange: (value: Deed) => void; isDisabled: boolean };

/** What the journey does beside sending. */
export function DeedFields({ value, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t("builder.deed")}
        value={value.kind}
        isDisabled={isDisabled}
        options={KINDS.map((id) => ({ id, label: t(`builder.deeds.${id}`) }))}
        onChange={(kind) => kind !== value.kind && onChange(NEW[kind])}
      />
      <DeedBody value={value} onChange={onChange} isDisabled={isDisabled} />
    </>
  );
}

function DeedBody({ value, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  switch (value.kind) {
    case "add_tag":
    case "remove_tag":
      return (
        <TypedField
          label={t("builder.tag")}
          value={value.tag}
          isDisabled={isDisabled}
          onCommit={(tag) => onChange({ ...value, tag: tag.trim() })}
        />
      );
    case "set_field":
      return <AttributeFields value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "create_task":
      return (
        <>
          <TypedField
            label={t("builder.taskTitle")}
            value={value.title}
            isDisabled={isDisabled}
            onCommit={(title) => onChange({ ...value, title })}
          />
          <NumberField
            label={t("builder.dueInHours")}
            value={value.dueInHours}
            isDisabled={isDisabled}
            onCommit={(dueInHours) => onChange({ ...value, dueInHours })}
          />
        </>
      );
    case "start_sequence":
      return <SequenceSelect value={value} onChange={onChange} isDisabled={isDisabled} />;
  }
}

type AttributeProps = { value: Extract<Deed, { kind: "set_field" }>; onChange: Props["onChange"]; isDisabled: boolean };

function AttributeFields({ value, onChange, isDisabled }: AttributeProps) {
  const { t } = useTranslation();
  const fields = useOrgQuery(api.contacts.fields.queries.list, {}) ?? [];
  const options = fields.filter(({ isArchived }) => !isArchived).map(({ key, label }) => ({ id: key, label }));
  const isKnown = options.some(({ id }) => id === value.key);
  const other = { id: value.key, label: value.key === "" ? t("builder.choose") : value.key };
  return (
    <>
      <Select
        label={t("builder.field")}
        value={value.key}
        isDisabled={isDisabled}
        options={isKnown ? options : [other, ...options]}
        onChange={(key) => onChange({ ...value, key })}
      />
      <TypedField
        label={t("builder.value")}
        value={String(value.value ?? "")}
        description={t("builder.emptyClears")}
        isDisabled={isDisabled}
        onCommit={(text) => onChange({ ...value, value: text.trim() === "" ? null : text.trim() })}
      />
    </>
  );
}

type SequenceProps = {
  value: Extract<Deed, { kind: "start_sequence" }>;
  onChange: Props["onChange"];
  isDisabled: boolean;
};

function SequenceSelect({ value, onChange, isDisabled }: SequenceProps) {
  const { t } = useTranslation();
  const sequences = useOrgQuery(api.sequences.queries.list, {}) ?? [];
  const options = sequences.map(({ id, name }) => ({ id: String(id), label: name }));
  const isKnown = options.some(({ id }) => id === value.sequenceId);
  return (
    <Select
      label={t("builder.sequence")}
      value={String(value.sequenceId)}
      isDisabled={isDisabled}
      options={isKnown ? options : [{ id: String(value.sequenceId), label: t("builder.choose") }, ...options]}
      onChange={(id) => onChange({ ...value, sequenceId: id as Id<"sequences"> })}
    />
  );
}
