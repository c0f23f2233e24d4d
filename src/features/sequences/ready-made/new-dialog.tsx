import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { LANGUAGES } from "../../../../convex/sequences/readyMade/shape";
import { Dialog } from "../../../components/ui/dialog";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toastError } from "../../../components/ui/toast";
import type { ReadyMadeRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { NameDialog } from "../name-dialog";
import { LanePicture } from "./lane-picture";

type Language = (typeof LANGUAGES)[number];

const EMPTY_NAMES = { name: "", description: "" };

/** Asks what a new journey begins as: one of those for a trade, in the language of its texts, or nothing. */
export function NewSequenceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { membership } = useOrg();
  const own = LANGUAGES.find((language) => membership.locale.startsWith(language)) ?? "en";
  const [language, setLanguage] = useState<Language>(own);
  const [isNaming, setIsNaming] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const rows = useOrgQuery(api.sequences.readyMade.queries.list, { language });
  const create = useOrgMutation(api.sequences.drafts.mutations.create);
  const createReadyMade = useOrgMutation(api.sequences.readyMade.mutations.create);
  const show = async (sequenceId: Id<"sequences">) => {
    await navigate({ to: "/sequences/$sequenceId", params: { sequenceId } });
  };
  const choose = async (kind: ReadyMadeRow["kind"]) => {
    setIsBusy(true);
    try {
      await show(await createReadyMade({ kind, language }));
      onClose();
    } catch (thrown) {
      setIsBusy(false);
      toastError(describeError(thrown, t));
    }
  };
  if (isNaming) {
    return (
      <NameDialog
        title={t("readyMade.empty")}
        saveLabel={t("builder.create")}
        initial={EMPTY_NAMES}
        onClose={onClose}
        onSave={async (names) => await show(await create(names))}
      />
    );
  }
  return (
    <Dialog title={t("builder.newSequence")} isOpen onClose={onClose} size="lg">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <p className="max-w-md text-sm text-muted">{t("readyMade.intro")}</p>
          <Select
            label={t("readyMade.language")}
            className="w-40"
            value={language}
            options={LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
            onChange={setLanguage}
          />
        </div>
        {rows === undefined ? (
          <SkeletonRows className="px-0" />
        ) : (
          <ul aria-label={t("readyMade.list")} className="grid gap-3 sm:grid-cols-2">
            {rows.map((row) => (
              <li key={row.kind}>
                <Card name={row.name} text={row.description} isDisabled={isBusy} onPress={() => void choose(row.kind)}>
                  <LanePicture steps={row.steps} />
                </Card>
              </li>
            ))}
            <li>
              <Card
                name={t("readyMade.empty")}
                text={t("readyMade.emptyText")}
                isDisabled={isBusy}
                onPress={() => setIsNaming(true)}
              >
                <Plus aria-hidden size={18} className="text-faint" />
              </Card>
            </li>
          </ul>
        )}
      </div>
    </Dialog>
  );
}

type CardProps = { name: string; text: string; isDisabled: boolean; onPress: () => void; children: ReactNode };

function Card({ name, text, isDisabled, onPress, children }: CardProps) {
  return (
    <Button
      aria-label={name}
      isDisabled={isDisabled}
      onPress={onPress}
      className="flex h-full w-full cursor-default flex-col gap-3 rounded-lg border border-line p-3 text-left transition-colors hover:border-line-strong hover:bg-hover"
    >
      <span className="min-w-0">
        <span className="block text-sm font-semibold">{name}</span>
        <span className="block text-xs text-muted">{text}</span>
      </span>
      <span className="mt-auto w-full">{children}</span>
    </Button>
  );
}
