import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { UNDO_SECONDS } from "../../../convex/inbox/sending/settings";
import { Checkbox } from "../../components/ui/checkbox";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

/** How long answers can be taken back, what becomes of planned ones, and whether they repeat what they answer. */
export function Answering() {
  const { t } = useTranslation();
  const mayChange = useCan("org.manage");
  const settings = useOrgQuery(api.inbox.sending.queries.settings, {});
  const save = useOrgMutation(api.inbox.sending.mutations.setSettings, (store, { orgId, ...next }) => {
    store.setQuery(api.inbox.sending.queries.settings, { orgId }, next);
  });
  if (settings === undefined) return <SkeletonRows count={2} />;
  const change = (part: Partial<typeof settings>) => {
    void save({ ...settings, ...part }).then(
      () => toast(t("answering.settings.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <div className="flex max-w-md flex-col gap-4">
      <div className="flex flex-col gap-1">
        <Select
          label={t("answering.settings.undo")}
          isDisabled={!mayChange}
          options={UNDO_SECONDS.map((seconds) => ({
            id: String(seconds),
            label: seconds === 0 ? t("answering.settings.off") : t("answering.settings.seconds", { count: seconds }),
          }))}
          value={String(settings.undoSeconds)}
          onChange={(seconds) => change({ undoSeconds: Number(seconds) })}
        />
        <p className="text-xs text-muted">{t("answering.settings.undoText")}</p>
      </div>
      <Checkbox
        isSelected={settings.cancelIfAnswered}
        isDisabled={!mayChange}
        onChange={(cancelIfAnswered) => change({ cancelIfAnswered })}
      >
        {t("answering.settings.cancel")}
      </Checkbox>
      <div className="flex flex-col gap-1">
        <Checkbox
          isSelected={settings.quotesEarlier}
          isDisabled={!mayChange}
          onChange={(quotesEarlier) => change({ quotesEarlier })}
        >
          {t("answering.settings.quote")}
        </Checkbox>
        <p className="text-xs text-muted">{t("answering.settings.quoteText")}</p>
      </div>
    </div>
  );
}
