import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { Connection } from "./connections";

type WebhookDialogProps = { connection: Connection; isOpen: boolean; onClose: () => void };

/** The address to enter at the provider, so that it reports what became of messages and what customers answer. */
export function WebhookDialog({ connection, isOpen, onClose }: WebhookDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("connections.webhookTitle", { name: connection.name })} isOpen={isOpen} onClose={onClose}>
      <WebhookAddress connection={connection} />
    </Dialog>
  );
}

function WebhookAddress({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const address = useOrgQuery(api.connections.webhooks.queries.address, { connectionId: connection.id });
  const renew = useOrgMutation(api.connections.webhooks.mutations.renew);
  const make = async () => {
    try {
      await renew({ connectionId: connection.id });
      toast(t("connections.webhookRenewed"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  if (address === undefined) return <SkeletonRows count={1} className="px-0" />;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        {t("connections.webhookText", { provider: t(`providers.${connection.provider}`) })}
      </p>
      {address !== null && <CopyField value={address} label={t("connections.webhookCopy")} />}
      {address !== null && <p className="text-xs text-faint">{t("connections.webhookRenewText")}</p>}
      <div className="flex justify-end">
        <Button variant={address === null ? "primary" : "secondary"} onPress={() => void make()}>
          {t(address === null ? "connections.webhookMake" : "connections.webhookRenew")}
        </Button>
      </div>
    </div>
  );
}
