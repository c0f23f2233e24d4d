import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Section } from "../../../components/layout/page";
import { Checkbox } from "../../../components/ui/checkbox";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

/** Where customers write to us. */
const CHANNELS = ["email", "whatsapp", "sms"] as const;

/** On which channels a customer's new conversation is a ticket from the start. */
export function TicketSettings() {
  const { t } = useTranslation();
  const mayChange = useCan("sla.manage");
  const settings = useOrgQuery(api.inbox.tickets.queries.settings, {});
  const save = useOrgMutation(api.inbox.tickets.mutations.setSettings, (store, { orgId, channels }) => {
    store.setQuery(api.inbox.tickets.queries.settings, { orgId }, { channels });
  });
  if (settings === undefined) return <SkeletonRows count={2} />;
  const { channels } = settings;
  const change = (next: typeof channels) => {
    void save({ channels: next }).then(
      () => toast(t("tickets.settings.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <Section title={t("tickets.settings.title")}>
      <p className="text-sm text-muted">{t("tickets.settings.text")}</p>
      {CHANNELS.map((channel) => (
        <Checkbox
          key={channel}
          isSelected={channels.includes(channel)}
          isDisabled={!mayChange}
          onChange={(isOn) => change(isOn ? [...channels, channel] : channels.filter((each) => each !== channel))}
        >
          {t(`channels.${channel}`)}
        </Checkbox>
      ))}
    </Section>
  );
}
