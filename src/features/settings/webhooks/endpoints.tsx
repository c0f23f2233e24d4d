import { CircleCheck, CircleSlash, Ellipsis, TriangleAlert, Webhook } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { StatusBadge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { EmptyState } from "../../../components/ui/empty-state";
import { Menu } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { DeliveryLog } from "./delivery-log";
import { EndpointDialog, type EndpointTarget } from "./endpoint-dialog";

export type Endpoint = FunctionReturnType<typeof api.api.webhooks.queries.endpoints>[number];

/** Other systems that are told what happens here. */
export function Endpoints() {
  const { t } = useTranslation();
  const endpoints = useOrgQuery(api.api.webhooks.queries.endpoints, {});
  const [target, setTarget] = useState<EndpointTarget | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [logOf, setLogOf] = useState<Endpoint | null>(null);
  const add = (
    <Button variant="primary" onPress={() => setTarget({ kind: "new" })}>
      {t("webhooks.add")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      {endpoints?.length === 0 ? (
        <EmptyState icon={Webhook} title={t("webhooks.none")} text={t("webhooks.intro")} action={add} />
      ) : (
        <>
          <div className="flex justify-end">{add}</div>
          <CardList intro={t("webhooks.intro")} rows={endpoints} keyOf={({ id }) => id}>
            {(endpoint) => (
              <EndpointRow
                endpoint={endpoint}
                onEdit={() => setTarget({ kind: "existing", endpoint })}
                onLog={() => setLogOf(endpoint)}
                onSecret={setSecret}
              />
            )}
          </CardList>
        </>
      )}
      <EndpointDialog target={target} onClose={() => setTarget(null)} onSecret={setSecret} />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
      <Dialog title={t("webhooks.log")} size="lg" isOpen={logOf !== null} onClose={() => setLogOf(null)}>
        {logOf !== null && <DeliveryLog endpoint={logOf} />}
      </Dialog>
    </div>
  );
}

type EndpointRowProps = {
  endpoint: Endpoint;
  onEdit: () => void;
  onLog: () => void;
  onSecret: (secret: string) => void;
};

function EndpointRow({ endpoint, onEdit, onLog, onSecret }: EndpointRowProps) {
  const { t } = useTranslation();
  const setEnabled = useOrgMutation(api.api.webhooks.mutations.setEnabled);
  const rotate = useOrgMutation(api.api.webhooks.mutations.rotate);
  const remove = useOrgMutation(api.api.webhooks.mutations.remove);
  const [isRemoving, setIsRemoving] = useState(false);
  const endpointId = endpoint.id;
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const label = t("webhooks.actions", { url: endpoint.url });
  const items = [
    { id: "log", label: t("webhooks.log"), onAction: onLog },
    { id: "edit", label: t("connections.edit"), onAction: onEdit },
    { id: "rotate", label: t("webhooks.rotate"), onAction: run(async () => onSecret(await rotate({ endpointId }))) },
    {
      id: "toggle",
      label: t(endpoint.isEnabled ? "connections.disable" : "connections.enable"),
      onAction: run(() => setEnabled({ endpointId, isEnabled: !endpoint.isEnabled })),
    },
    { id: "remove", label: t("connections.remove"), isDanger: true, onAction: () => setIsRemoving(true) },
  ];
  return (
    <>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{endpoint.description || endpoint.url}</span>
        <span className="block truncate text-xs text-faint">
          {endpoint.url} · {t("webhooks.kindCount", { count: endpoint.kinds.length })}
        </span>
      </span>
      <EndpointHealth endpoint={endpoint} />
      <Menu
        label={label}
        trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
        groups={[{ id: "actions", items }]}
      />
      {endpoint.disabledReason !== undefined && (
        <p className="flex w-full items-center gap-1.5 text-xs text-danger">
          <TriangleAlert aria-hidden size={12} className="shrink-0" />
          {endpoint.disabledReason}
        </p>
      )}
      <Dialog
        title={t("webhooks.removeTitle")}
        size="sm"
        isOpen={isRemoving}
        onClose={() => setIsRemoving(false)}
        footer={
          <>
            <Button onPress={() => setIsRemoving(false)}>{t("common.cancel")}</Button>
            <Button variant="danger" onPress={run(() => remove({ endpointId }))}>
              {t("connections.remove")}
            </Button>
          </>
        }
      >
        <p className="text-sm break-words text-muted">{t("webhooks.removeText", { url: endpoint.url })}</p>
      </Dialog>
    </>
  );
}

function EndpointHealth({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  if (!endpoint.isEnabled) return <StatusBadge tone="neutral" icon={CircleSlash} label={t("settings.disabled")} />;
  if (endpoint.failingSince !== undefined) {
    return <StatusBadge tone="warn" icon={TriangleAlert} label={t("webhooks.failing")} />;
  }
  return <StatusBadge tone="ok" icon={CircleCheck} label={t("settings.enabled")} />;
}

function SecretDialog({ secret, onClose }: { secret: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const close = () => {
    onClose();
    toast(t("webhooks.saved"));
  };
  return (
    <Dialog title={t("webhooks.secret")} isOpen={secret !== null} onClose={close}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("webhooks.secretText")}</p>
        <CopyField value={secret ?? ""} label={t("webhooks.copySecret")} />
        <div className="flex justify-end">
          <Button variant="primary" onPress={close}>
            {t("apiKeys.stored")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
