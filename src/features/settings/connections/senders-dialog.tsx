import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { aliasProblem, domainOf, MAX_ALIASES, tidyAliases } from "../../../../convex/connections/senders/rules";
import { Button, IconButton } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { useBrandOptions } from "../../../lib/brands";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { Connection } from "./connections";

type Alias = Connection["senders"][number];
type Problem = NonNullable<ReturnType<typeof aliasProblem>>;

type SendersDialogProps = { connection: Connection; onClose: () => void };

/** The further addresses a mail account may write from, and who may use each. */
export function SendersDialog({ connection, onClose }: SendersDialogProps) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.connections.senders.mutations.set);
  const [aliases, setAliases] = useState<readonly Alias[]>(connection.senders);
  const [problem, setProblem] = useState<Problem | null>(null);
  const address = String(connection.settings.fromAddress ?? "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const senders = tidyAliases(aliases);
    const found = aliasProblem(connection, senders);
    setProblem(found);
    if (found !== null) return;
    try {
      await save({ connectionId: connection.id, senders });
      toast(t("senders.saved"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const change = (index: number, part: Partial<Alias>) =>
    setAliases((known) => known.map((alias, at) => (at === index ? { ...alias, ...part } : alias)));
  return (
    <FormDialog title={t("senders.titleOf", { name: connection.name })} onClose={onClose} onSubmit={submit}>
      <div className="flex flex-col gap-1 text-sm text-muted">
        <p>{t("senders.intro", { domain: domainOf(address) })}</p>
        <p>{t("senders.own", { address })}</p>
      </div>
      {aliases.map((alias, index) => (
        <AliasFields
          key={index}
          alias={alias}
          domain={domainOf(address)}
          problem={problem?.index === index ? problem.problem : null}
          onChange={(part) => change(index, part)}
          onRemove={() => {
            setProblem(null);
            setAliases((known) => known.filter((_, at) => at !== index));
          }}
        />
      ))}
      <Button
        icon={<Plus aria-hidden size={14} />}
        isDisabled={aliases.length >= MAX_ALIASES}
        onPress={() => setAliases((known) => [...known, { address: "", name: "", teamIds: [] }])}
        className="self-start"
      >
        {t("senders.add")}
      </Button>
    </FormDialog>
  );
}

type AliasFieldsProps = {
  alias: Alias;
  domain: string;
  problem: Problem["problem"] | null;
  onChange: (part: Partial<Alias>) => void;
  onRemove: () => void;
};

function AliasFields({ alias, domain, problem, onChange, onRemove }: AliasFieldsProps) {
  const { t } = useTranslation();
  const all = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const teams = all.filter(({ id, isArchived }) => !isArchived || alias.teamIds.includes(id));
  const { address, name, businessEntity = "" } = alias;
  const brands = useBrandOptions(businessEntity === "" ? [] : [businessEntity]);
  const text = problem === null ? null : t(`senders.problems.${problem}`, { domain });
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg border border-line p-3">
      <div className="flex items-start gap-2">
        <TextField
          label={t("senders.address")}
          type="email"
          placeholder={`name@${domain}`}
          value={address}
          onChange={(next) => onChange({ address: next })}
          error={problem === "name" ? null : text}
          className="min-w-0 grow"
        />
        <IconButton
          label={t("senders.remove", { address })}
          icon={<Trash2 size={16} />}
          onPress={onRemove}
          className="mt-5"
        />
      </div>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <TextField
          label={t("senders.name")}
          value={name}
          onChange={(next) => onChange({ name: next })}
          error={problem === "name" ? text : null}
        />
        <Select
          label={t("senders.brand")}
          options={[{ id: "", label: t("senders.brandOfChannel") }, ...brands]}
          value={businessEntity}
          onChange={(next) => onChange({ businessEntity: next === "" ? undefined : next })}
        />
      </div>
      {teams.length > 0 && (
        <div role="group" aria-label={t("senders.teams")} className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span className="text-xs font-medium text-muted">{t("senders.teams")}</span>
          {teams.map((team) => (
            <Checkbox
              key={team.id}
              isSelected={alias.teamIds.includes(team.id)}
              onChange={(isIn) =>
                onChange({ teamIds: isIn ? [...alias.teamIds, team.id] : alias.teamIds.filter((id) => id !== team.id) })
              }
            >
              {team.name}
            </Checkbox>
          ))}
          {alias.teamIds.length === 0 && <span className="text-xs text-faint">{t("senders.everybody")}</span>}
        </div>
      )}
    </fieldset>
  );
}
