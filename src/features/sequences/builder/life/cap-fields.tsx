import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PURPOSES } from "../../../../../convex/lib/closedSets";
import { Select } from "../../../../components/ui/select";
import { TextField } from "../../../../components/ui/text-field";
import type { SequenceSettings as Settings } from "../../../../lib/api-types";
import { FieldGroup } from "../form/fields";

type Change = (fields: Partial<Settings>) => void;
type Cap = "entryCap" | "sendCap";

const CAPS: readonly Cap[] = ["entryCap", "sendCap"];

/** How many may enter, and how many messages may leave, in all (product.md B-28). */
export function CapFields(props: { settings: Settings; onChange: Change; errorAt: (cap: Cap) => string | null }) {
  const { t } = useTranslation();
  return (
    <FieldGroup title={t("builder.settings.caps")}>
      <div className="grid gap-2 sm:grid-cols-2">
        {CAPS.map((cap) => (
          <CapField key={cap} {...props} cap={cap} />
        ))}
      </div>
      <p className="text-xs text-faint">{t("builder.settings.capsText")}</p>
    </FieldGroup>
  );
}

type CapFieldProps = { cap: Cap; settings: Settings; onChange: Change; errorAt: (cap: Cap) => string | null };

function CapField({ cap, settings, onChange, errorAt }: CapFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(String(settings[cap] ?? ""));
  const change = (next: string) => {
    setText(next);
    const typed = next.trim();
    onChange({ [cap]: typed === "" ? null : /^\d+$/.test(typed) ? Number(typed) : NaN });
  };
  return (
    <TextField
      label={t(`builder.settings.${cap}`)}
      inputMode="numeric"
      value={text}
      placeholder={t("builder.settings.noCap")}
      error={errorAt(cap)}
      onChange={change}
    />
  );
}

const OWN = "own";

/** What the messages of the whole journey are for, unless one has a purpose of its own. */
export function PurposeField({ settings: { purpose }, onChange }: { settings: Settings; onChange: Change }) {
  const { t } = useTranslation();
  return (
    <FieldGroup title={t("builder.purpose")}>
      <Select
        label={t("builder.purpose")}
        hideLabel
        value={purpose ?? OWN}
        options={[
          { id: OWN, label: t("builder.settings.ownPurpose") } as const,
          ...PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) })),
        ]}
        onChange={(id) => onChange({ purpose: id === OWN ? null : id })}
      />
    </FieldGroup>
  );
}
