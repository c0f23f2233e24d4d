import { Zap } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { useStepWords } from "../../../components/macros/use-step-words";
import { Button } from "../../../components/ui/button";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { RankedList } from "../ranked-list";
import { MacroForm } from "./macro-form";

type Macro = FunctionReturnType<typeof api.inbox.macros.queries.list>[number];
export type MacroTarget = { kind: "new"; isPrivate: boolean } | { kind: "existing"; macro: Macro };

/** The macros of the workspace and one's own (product.md A-68). */
export function Macros() {
  const { t } = useTranslation();
  const mayShare = useCan("macros.manage");
  const mayReply = useCan("inbox.reply");
  const macros = useOrgQuery(api.inbox.macros.queries.list, mayReply ? {} : "skip");
  const [target, setTarget] = useState<MacroTarget | null>(null);
  if (!mayReply) return <p className="text-sm text-muted">{t("settings.noRight")}</p>;
  const list = (isPrivate: boolean) => (
    <MacroList
      isPrivate={isPrivate}
      macros={macros?.filter(({ audience }) => (audience.kind === "private") === isPrivate)}
      mayManage={isPrivate || mayShare}
      onEdit={setTarget}
    />
  );
  return (
    <div className="flex flex-col gap-8">
      {list(false)}
      {list(true)}
      {target !== null && <MacroForm target={target} mayShare={mayShare} onClose={() => setTarget(null)} />}
    </div>
  );
}

type MacroListProps = {
  isPrivate: boolean;
  macros: Macro[] | undefined;
  mayManage: boolean;
  onEdit: (target: MacroTarget) => void;
};

function MacroList({ isPrivate, macros, mayManage, onEdit }: MacroListProps) {
  const { t } = useTranslation();
  const words = useStepWords();
  const setEnabled = useOrgMutation(api.inbox.macros.mutations.setEnabled);
  const move = useOrgMutation(api.inbox.macros.mutations.move);
  const remove = useOrgMutation(api.inbox.macros.mutations.remove);
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const add = () => onEdit({ kind: "new", isPrivate });
  const label = t(isPrivate ? "macros.addOwn" : "macros.add");
  const title = t(isPrivate ? "macros.noOwn" : "macros.noShared");
  const audienceOf = ({ audience }: Macro) =>
    audience.kind === "team" ? (teams.find(({ id }) => id === audience.teamId)?.name ?? t("macros.gone")) : null;
  return (
    <RankedList
      title={t(isPrivate ? "macros.own" : "macros.shared")}
      intro={t(isPrivate ? "macros.ownIntro" : "macros.sharedIntro")}
      rows={macros}
      mayManage={mayManage}
      action={macros?.length !== 0 && <Button onPress={add}>{label}</Button>}
      empty={{ icon: Zap, title, action: label, onAction: add }}
      setEnabled={({ id: macroId }, isEnabled) => setEnabled({ macroId, isEnabled })}
      move={({ id: macroId }, index) => move({ macroId, index })}
      remove={({ id: macroId }) => remove({ macroId })}
      onEdit={(macro) => onEdit({ kind: "existing", macro })}
    >
      {(macro) => {
        const team = audienceOf(macro);
        return (
          <span className="min-w-0 flex-1 basis-40">
            <span className="block truncate text-sm font-medium">{macro.name}</span>
            {team !== null && <span className="block text-xs text-faint">{t("macros.forTeam", { name: team })}</span>}
            <span className="line-clamp-2 text-xs text-muted">{macro.steps.map(words).join(" · ")}</span>
            {macro.problems.map(({ index, reason }) => (
              <span key={index} className="block text-xs text-danger">
                {t("macros.problemOf", { number: index + 1, why: t(`macros.problems.${reason}`) })}
              </span>
            ))}
          </span>
        );
      }}
    </RankedList>
  );
}
