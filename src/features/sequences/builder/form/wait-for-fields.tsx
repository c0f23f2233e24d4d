import { useTranslation } from "react-i18next";
import { Select } from "../../../../components/ui/select";
import type { Awaited } from "../../../../lib/api-types";
import { ConditionFields, OutcomeFields, WordsField } from "./condition-fields";

const KINDS = ["reply", "outcome", "condition"] as const;

const NEW: Record<Awaited["kind"], Awaited> = {
  reply: { kind: "reply", words: [] },
  outcome: { kind: "outcome", stepId: "", outcome: "opened" },
  condition: { kind: "condition", condition: { match: "all", groups: [] } },
};

type Props = { value: Awaited; onChange: (value: Awaited) => void; isDisabled: boolean };

/** What a path waits for. */
export function AwaitedFields({ value, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t("builder.waitFor")}
        value={value.kind}
        isDisabled={isDisabled}
        options={KINDS.map((id) => ({ id, label: t(`builder.awaited.${id}`) }))}
        onChange={(kind) => kind !== value.kind && onChange(NEW[kind])}
      />
      {value.kind === "reply" && (
        <WordsField value={value.words} isDisabled={isDisabled} onChange={(words) => onChange({ ...value, words })} />
      )}
      {value.kind === "outcome" && (
        <OutcomeFields value={value} isDisabled={isDisabled} onChange={(next) => onChange({ ...value, ...next })} />
      )}
      {value.kind === "condition" && (
        <ConditionFields
          value={value.condition}
          isDisabled={isDisabled}
          onChange={(condition) => onChange({ ...value, condition })}
        />
      )}
    </>
  );
}
