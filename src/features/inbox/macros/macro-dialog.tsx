import { Zap } from "lucide-react";
import { useState } from "react";
import { Autocomplete, Header, Input, Menu, MenuItem, MenuSection, TextField } from "react-aria-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { matchesWords } from "../../../lib/match-words";
import { useOrgQuery } from "../../../lib/org";
import type { BulkTarget, MacroRun } from "../bulk/use-bulk";
import { MacroPreview } from "./macro-preview";

type MacroDialogProps = {
  target: BulkTarget;
  /** One that was chosen elsewhere already. */
  chosenId?: Id<"macros"> | undefined;
  onClose: () => void;
  onRun: (run: MacroRun) => void;
};

/** A macro is chosen, what it would do is read, then it is run. */
export function MacroDialog({ target, chosenId, onClose, onRun }: MacroDialogProps) {
  const { t } = useTranslation();
  // What was chosen when the dialog opened is what it is about, whatever comes in meanwhile.
  const [about] = useState(target);
  const [macroId, setMacroId] = useState(chosenId ?? null);
  const preview = useOrgQuery(api.inbox.macros.queries.preview, macroId === null ? "skip" : { macroId, target: about });
  if (macroId === null) {
    return (
      <Dialog title={t("macros.choose")} isOpen onClose={onClose}>
        <Choice target={about} onChoose={setMacroId} />
      </Dialog>
    );
  }
  const canRun =
    preview !== undefined &&
    preview.problems.length === 0 &&
    (preview.count > preview.threads.length || preview.threads.some(({ outcome }) => outcome === "change"));
  const run = () => {
    onClose();
    const writesDrafts = preview?.steps.some((step) => step.kind === "reply" && !step.send) === true;
    onRun({ macroId, target: about, writesDrafts });
  };
  return (
    <Dialog
      title={preview?.name ?? t("macros.title")}
      isOpen
      onClose={onClose}
      footer={
        <>
          {chosenId === undefined && <Button onPress={() => setMacroId(null)}>{t("macros.other")}</Button>}
          <Button variant="primary" isDisabled={!canRun} onPress={run} autoFocus>
            {t("macros.run")}
          </Button>
        </>
      }
    >
      {preview === undefined ? <SkeletonRows count={4} className="px-0" /> : <MacroPreview preview={preview} />}
    </Dialog>
  );
}

type ChoiceProps = { target: BulkTarget; onChoose: (macroId: Id<"macros">) => void };

function Choice({ target, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [only] = target.kind === "threads" && target.threadIds.length === 1 ? target.threadIds : [];
  const offered = useOrgQuery(api.inbox.macros.queries.offered, only === undefined ? {} : { threadId: only });
  if (offered === undefined) return <SkeletonRows count={4} className="px-0" />;
  if (offered.length === 0) return <NoMacros />;
  const found = offered.filter(({ name }) => matchesWords(name, text));
  const groups = [
    { id: "suggested", title: t("macros.suggested"), macros: found.filter(({ isSuggested }) => isSuggested) },
    { id: "all", title: t("macros.all"), macros: found.filter(({ isSuggested }) => !isSuggested) },
  ].filter(({ macros }) => macros.length > 0);
  const take = (key: string) => {
    const macro = offered.find(({ id }) => id === key);
    if (macro !== undefined) onChoose(macro.id);
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <TextField aria-label={t("macros.search")} autoFocus className="-mx-4 -mt-4 border-b border-line px-4">
        <Input
          placeholder={t("macros.search")}
          className="h-11 w-full min-w-0 bg-transparent text-base outline-none max-md:text-lg"
        />
      </TextField>
      <Menu
        aria-label={t("macros.choose")}
        onAction={(key) => take(String(key))}
        className="-mx-2 pt-1 outline-none"
        renderEmptyState={() => <p className="p-4 text-center text-sm text-muted">{t("macros.notFound")}</p>}
      >
        {groups.map((group) => (
          <MenuSection key={group.id}>
            <Header className="px-2 pt-2 pb-1 text-2xs font-semibold text-faint">{group.title}</Header>
            {group.macros.map(({ id, name }) => (
              <MenuItem
                key={id}
                id={id}
                textValue={name}
                className="flex cursor-default items-center gap-3 rounded-md px-2 py-2 text-sm outline-none focused:bg-selected focused:text-accent-text max-md:py-3"
              >
                <Zap aria-hidden size={14} className="shrink-0 text-faint" />
                <span className="min-w-0 truncate">{name}</span>
              </MenuItem>
            ))}
          </MenuSection>
        ))}
      </Menu>
    </Autocomplete>
  );
}

function NoMacros() {
  const { t } = useTranslation();
  return (
    <p className="text-sm text-muted">
      {t("macros.none")}{" "}
      <Link
        to="/settings/$section"
        params={{ section: "macros" }}
        className="font-medium text-accent-text underline underline-offset-2"
      >
        {t("macros.toSettings")}
      </Link>
    </p>
  );
}
