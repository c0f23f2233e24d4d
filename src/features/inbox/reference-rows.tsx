import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { TextField } from "../../components/ui/text-field";
import { added, type Pair } from "./reference-pairs";

type ReferenceRowsProps = {
  pairs: readonly Pair[];
  onChange: (pairs: readonly Pair[]) => void;
  problem: string | null;
};

/** The ids other systems know a conversation by: what each is called, and the id. */
export function ReferenceRows({ pairs, onChange, problem }: ReferenceRowsProps) {
  const { t } = useTranslation();
  const set = (id: number, change: Partial<Pair>) =>
    onChange(pairs.map((each) => (each.id === id ? { ...each, ...change } : each)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("threadFacts.references")}</legend>
      <p className="text-xs text-faint">{t("threadFacts.referencesText")}</p>
      {pairs.map(({ id, name, text }) => (
        <div key={id} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2">
          <TextField
            label={t("threadFacts.referenceName")}
            hideLabel
            placeholder={t("threadFacts.referenceName")}
            value={name}
            onChange={(next) => set(id, { name: next })}
          />
          <TextField
            label={t("threadFacts.referenceId")}
            hideLabel
            placeholder={t("threadFacts.referenceId")}
            value={text}
            onChange={(next) => set(id, { text: next })}
          />
          <IconButton
            size="sm"
            label={t("threadFacts.remove", { name })}
            icon={<Trash2 size={14} />}
            onPress={() => onChange(pairs.filter((each) => each.id !== id))}
          />
        </div>
      ))}
      {problem !== null && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
      <Button
        size="sm"
        className="self-start"
        icon={<Plus aria-hidden size={13} />}
        onPress={() => onChange(added(pairs))}
      >
        {t("threadFacts.add")}
      </Button>
    </fieldset>
  );
}
