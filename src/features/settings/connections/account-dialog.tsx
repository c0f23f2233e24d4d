import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CATALOGUE } from "../../../../convex/connections/catalogue";
import { PROVIDERS, type Provider } from "../../../../convex/connections/providers";
import type { Channel } from "../../../../convex/lib/closedSets";
import { Dialog } from "../../../components/ui/dialog";
import { Select } from "../../../components/ui/select";
import { AccountForm } from "./account-form";
import type { Connection } from "./connections";

/** What the dialog is open for. */
export type AccountTarget = { kind: "new"; channel: Channel } | { kind: "existing"; connection: Connection };

type AccountDialogProps = { target: AccountTarget | null; onClose: () => void };

export function AccountDialog({ target, onClose }: AccountDialogProps) {
  const { t } = useTranslation();
  const title =
    target === null
      ? ""
      : target.kind === "new"
        ? t("connections.addTo", { channel: t(`channels.${target.channel}`) })
        : target.connection.name;
  return (
    <Dialog title={title} isOpen={target !== null} onClose={onClose} size="md">
      {target?.kind === "new" && <NewAccount key={target.channel} channel={target.channel} onClose={onClose} />}
      {target?.kind === "existing" && (
        <AccountForm
          channel={target.connection.channel}
          provider={target.connection.provider}
          connection={target.connection}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function NewAccount({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation();
  const providers = PROVIDERS.filter((provider) => CATALOGUE[provider].channels.includes(channel));
  const [provider, setProvider] = useState<Provider>(providers.find((each) => each !== "sandbox") ?? "sandbox");
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t("connections.provider")}
        options={providers.map((id) => ({ id, label: t(`providers.${id}`) }))}
        value={provider}
        onChange={setProvider}
      />
      <AccountForm key={provider} channel={channel} provider={provider} connection={null} onClose={onClose} />
    </div>
  );
}
