import type { TFunction } from "i18next";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { SkeletonRows } from "../../components/ui/skeleton";
import { cx } from "../../components/ui/classes";
import { useOrgQuery } from "../../lib/org";

const ATTRIBUTE = "attribute:";
const NAMED = ["name", "locale", "timezone", "preferredChannel", "preferredHours", "accountId"] as const;
const CHANNELS = ["email", "sms", "whatsapp"] as const;

type MergePreviewProps = {
  keptId: Id<"contacts">;
  mergedId: Id<"contacts">;
  /** Fields whose value comes from the contact that is merged. */
  taken: readonly string[];
  onTaken: (taken: readonly string[]) => void;
};

/** Both contacts side by side; where they differ one value is chosen. */
export function MergePreview({ keptId, mergedId, taken, onTaken }: MergePreviewProps) {
  const { t } = useTranslation();
  const preview = useOrgQuery(api.contacts.merges.queries.preview, { keptId, mergedId });
  if (preview === undefined) return <SkeletonRows count={4} />;
  const choose = (field: string, side: string) =>
    onTaken(side === "merged" ? [...taken, field] : taken.filter((each) => each !== field));
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("merges.text")}</p>
      <div className="grid grid-cols-[8rem_1fr_1fr] gap-x-3 border-b border-line pb-1 text-xs text-faint max-md:hidden">
        <span />
        <span>{t("merges.stays")}</span>
        <span>{t("merges.joins")}</span>
      </div>
      {preview.fields.map(({ field, kept, merged }) => (
        <Choice
          key={field}
          label={nameOf(field, t)}
          kept={kept}
          merged={merged}
          isTaken={taken.includes(field)}
          onChoose={(side) => choose(field, side)}
        />
      ))}
      <p className="text-sm text-muted">{t("merges.moves")}</p>
    </div>
  );
}

type ChoiceProps = {
  label: string;
  kept: string | null;
  merged: string | null;
  isTaken: boolean;
  onChoose: (side: string) => void;
};

function Choice({ label, kept, merged, isTaken, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const isOpen = kept !== null && merged !== null && kept !== merged;
  const value = kept === null || (isTaken && isOpen) ? "merged" : "kept";
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onChange={onChoose}
      isReadOnly={!isOpen}
      className="grid grid-cols-[8rem_1fr_1fr] items-center gap-x-3 text-sm max-md:grid-cols-2 max-md:gap-y-1"
    >
      <span className="truncate text-muted max-md:col-span-2">{label}</span>
      <Side value="kept" text={kept} nothing={t("merges.nothing")} />
      <Side value="merged" text={merged} nothing={t("merges.nothing")} />
    </RadioGroup>
  );
}

function Side({ value, text, nothing }: { value: string; text: string | null; nothing: string }) {
  if (text === null) return <span className="px-3 text-faint">{nothing}</span>;
  return (
    <Radio
      value={value}
      className={({ isSelected }) =>
        cx(
          "flex min-h-9 min-w-0 cursor-default items-center gap-2 rounded-md border px-3 max-md:min-h-11",
          isSelected ? "border-accent bg-accent-soft text-accent-text" : "border-line text-muted hover:bg-hover",
        )
      }
    >
      {({ isSelected }) => (
        <>
          <span
            aria-hidden
            className={cx(
              "size-3.5 shrink-0 rounded-full border",
              isSelected ? "border-4 border-accent" : "border-edge",
            )}
          />
          <span className="min-w-0 truncate">{text}</span>
        </>
      )}
    </Radio>
  );
}

function nameOf(field: string, t: TFunction): string {
  if (field.startsWith(ATTRIBUTE)) return field.slice(ATTRIBUTE.length);
  const channel = CHANNELS.find((each) => each === field);
  if (channel !== undefined) return t(`merges.addresses.${channel}`);
  const named = NAMED.find((each) => each === field);
  return named === undefined ? field : t(`merges.fields.${named}`);
}
