import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Section } from "../../../components/layout/page";
import { Checkbox } from "../../../components/ui/checkbox";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

const QUESTIONS = ["outgoingAnswers", "incomingAnswers", "missedWaits"] as const;

/** What phone calls mean for the deadlines. */
export function CallSettings() {
  const { t } = useTranslation();
  const mayChange = useCan("sla.manage");
  const settings = useOrgQuery(api.inbox.calls.queries.settings, {});
  const save = useOrgMutation(api.inbox.calls.mutations.setSettings, (store, { orgId, ...next }) => {
    store.setQuery(api.inbox.calls.queries.settings, { orgId }, next);
  });
  if (settings === undefined) return <SkeletonRows count={2} />;
  const change = (part: Partial<typeof settings>) => {
    void save({ ...settings, ...part }).then(
      () => toast(t("calls.settings.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <Section title={t("calls.settings.title")}>
      {QUESTIONS.map((question) => (
        <Checkbox
          key={question}
          isSelected={settings[question]}
          isDisabled={!mayChange}
          onChange={(isOn) => change({ [question]: isOn })}
        >
          {t(`calls.settings.${question}`)}
        </Checkbox>
      ))}
    </Section>
  );
}
