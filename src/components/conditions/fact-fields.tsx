import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { COMPARISONS, type FactTest } from "../../../convex/lib/conditions";
import { useOrgQuery } from "../../lib/org";
import { Select } from "../ui/select";
import { TypedField } from "../ui/typed-field";

/** A fact that can be chosen; with options only those are its values. */
export type Fact = {
  id: string;
  label: string;
  options?: readonly { id: string; label: string }[];
  type?: "text" | "date";
};

/** What the organisation keeps about its contacts, as facts. */
export function useOwnFacts(): Fact[] {
  const { t } = useTranslation();
  const fields = useOrgQuery(api.contacts.fields.queries.list, {}) ?? [];
  return fields
    .filter(({ isArchived }) => !isArchived)
    .map(({ key, label, kind, options }): Fact => {
      const fact = { id: `contact.attributes.${key}`, label };
      switch (kind) {
        case "choice":
          return { ...fact, options: options.map((id) => ({ id, label: id })) };
        case "boolean":
          return {
            ...fact,
            options: ["true", "false"].map((id) => ({ id, label: t(id === "true" ? "person.yes" : "person.no") })),
          };
        case "date":
          return { ...fact, type: "date" };
        case "number":
        case "text":
          return fact;
      }
    });
}

type FactProps<T extends FactTest> = {
  value: T;
  onChange: (value: T) => void;
  isDisabled: boolean;
  facts: readonly Fact[];
};

/** A fact, how it is compared and with what. What begins with the id of a fact that ends in "." has a name of its own. */
export function FactFields<T extends FactTest>({ value, onChange, isDisabled, facts }: FactProps<T>) {
  const { t } = useTranslation();
  const open = facts.find(({ id }) => id.endsWith(".") && value.key.startsWith(id));
  const chosen = open?.id ?? value.key;
  const fact = facts.find(({ id }) => id === chosen);
  const known = fact === undefined ? [...facts, { id: chosen, label: chosen }] : facts;
  const needsValue = value.comparison !== "is_set" && value.comparison !== "is_not_set";
  return (
    <>
      <Select
        label={t("builder.fact")}
        value={chosen}
        isDisabled={isDisabled}
        options={known}
        onChange={(key) => key !== chosen && onChange({ ...value, key, value: "" })}
      />
      {open !== undefined && (
        <TypedField
          label={t("builder.attributeKey")}
          value={value.key.slice(open.id.length)}
          isDisabled={isDisabled}
          onCommit={(key) => onChange({ ...value, key: `${open.id}${key.trim()}` })}
        />
      )}
      <div className="grid grid-cols-2 gap-2">
        <Select
          label={t("builder.comparison")}
          value={value.comparison}
          isDisabled={isDisabled}
          options={COMPARISONS.map((id) => ({ id, label: t(`builder.comparisons.${id}`) }))}
          onChange={(comparison) => onChange({ ...value, comparison })}
        />
        {needsValue && (
          <ValueField
            fact={fact}
            value={String(value.value ?? "")}
            isDisabled={isDisabled}
            onChange={(next) => onChange({ ...value, value: next })}
          />
        )}
      </div>
    </>
  );
}

type ValueProps = { fact: Fact | undefined; value: string; onChange: (value: string) => void; isDisabled: boolean };

function ValueField({ fact, value, onChange, isDisabled }: ValueProps) {
  const { t } = useTranslation();
  const label = t("builder.value");
  if (fact?.options === undefined) {
    const commit = (text: string) => onChange(text.trim());
    return (
      <TypedField label={label} type={fact?.type ?? "text"} value={value} isDisabled={isDisabled} onCommit={commit} />
    );
  }
  const isKnown = fact.options.some(({ id }) => id === value);
  const other = { id: value, label: value === "" ? t("builder.choose") : value };
  return (
    <Select
      label={label}
      value={value}
      isDisabled={isDisabled}
      options={isKnown ? fact.options : [other, ...fact.options]}
      onChange={onChange}
    />
  );
}
