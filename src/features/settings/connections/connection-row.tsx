import { CircleCheck, CirclePause, CircleSlash, Ellipsis, LoaderCircle, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CATALOGUE } from "../../../../convex/connections/catalogue";
import type { Id } from "../../../../convex/_generated/dataModel";
import { StatusBadge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Menu } from "../../../components/ui/menu";
import { RelativeTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { DomainDialog, DomainLine } from "./domain-dialog";
import { priceText } from "./price";
import { SendersDialog } from "./senders-dialog";
import { WebhookDialog } from "./webhook-dialog";
import type { Connection } from "./connections";
import { menuOf, useConnectionActions } from "./connection-actions";

type ConnectionRowProps = {
  connection: Connection;
  place: number;
  /** All accounts of the channel, in their order. */
  siblings: Id<"connections">[];
  /** Null: the caller may only look. */
  onEdit: (() => void) | null;
};

export function ConnectionRow({ connection, place, siblings, onEdit }: ConnectionRowProps) {
  const { t, i18n } = useTranslation();
  const [isRemoving, setIsRemoving] = useState(false);
  const [showsWebhook, setShowsWebhook] = useState(false);
  const [showsDomain, setShowsDomain] = useState(false);
  const [showsSenders, setShowsSenders] = useState(false);
  const hasDomain = connection.channel === "email" && connection.provider !== "sandbox";
  const actions = useConnectionActions(connection, place, siblings);
  const groups = menuOf(
    connection,
    actions,
    {
      onEdit: () => onEdit?.(),
      onWebhook: CATALOGUE[connection.provider].hasWebhook ? () => setShowsWebhook(true) : null,
      onDomain: hasDomain ? () => setShowsDomain(true) : null,
      onSenders: typeof connection.settings.fromAddress === "string" ? () => setShowsSenders(true) : null,
      onRemove: () => setIsRemoving(true),
    },
    t,
  );
  const facts = [
    t(`providers.${connection.provider}`),
    t("settings.rate", { count: connection.ratePerSecond }),
    priceText(connection.priceMicros, i18n.language) ?? t("connections.free"),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 max-md:gap-x-2 max-md:px-3">
      <span className="w-4 text-right text-xs text-faint tabular-nums">{place + 1}</span>
      <span className="min-w-0 flex-1 basis-28">
        <span className="block truncate text-sm font-medium">{connection.name}</span>
        <span className="block text-xs text-faint">{facts.join(" · ")}</span>
      </span>
      <Health connection={connection} />
      {onEdit !== null && (
        <Menu
          label={t("connections.actions", { name: connection.name })}
          trigger={
            <IconButton
              size="sm"
              label={t("connections.actions", { name: connection.name })}
              icon={<Ellipsis size={16} />}
            />
          }
          groups={groups}
        />
      )}
      <CheckLine connection={connection} />
      {hasDomain && <DomainLine connection={connection} />}
      <WebhookDialog connection={connection} isOpen={showsWebhook} onClose={() => setShowsWebhook(false)} />
      <DomainDialog connection={connection} isOpen={showsDomain} onClose={() => setShowsDomain(false)} />
      {showsSenders && <SendersDialog connection={connection} onClose={() => setShowsSenders(false)} />}
      <RemoveDialog connection={connection} isOpen={isRemoving} onClose={() => setIsRemoving(false)} />
    </li>
  );
}

function Health({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  if (!connection.isEnabled) return <StatusBadge tone="neutral" icon={CircleSlash} label={t("settings.disabled")} />;
  switch (connection.breaker.kind) {
    case "closed":
      return <StatusBadge tone="ok" icon={CircleCheck} label={t("settings.healthy")} />;
    case "open":
      return <StatusBadge tone="danger" icon={TriangleAlert} label={t("settings.paused")} />;
    case "half_open":
      return <StatusBadge tone="warn" icon={CirclePause} label={t("settings.probing")} />;
  }
}

/** What the provider said when it was last asked, and why the breaker is open. */
function CheckLine({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { check, breaker } = connection;
  const line = "flex w-full min-w-0 items-center gap-1.5 pl-7 text-xs";
  return (
    <>
      {breaker.kind === "open" && (
        <p className={`${line} text-danger`}>
          <TriangleAlert aria-hidden size={12} className="shrink-0" />
          <span className="min-w-0 break-words">{breaker.reason}</span>
        </p>
      )}
      {check?.kind === "running" && (
        <p role="status" className={`${line} text-muted`}>
          <LoaderCircle aria-hidden size={12} className="shrink-0 animate-spin motion-reduce:animate-none" />
          {t("connections.checking")}
        </p>
      )}
      {check?.kind === "ok" && (
        <p role="status" className={`${line} text-ok`}>
          <CircleCheck aria-hidden size={12} className="shrink-0" />
          {t("connections.checkOk")} <RelativeTime at={check.at} className="text-faint" />
        </p>
      )}
      {check?.kind === "failed" && (
        <p role="status" className={`${line} text-danger`}>
          <TriangleAlert aria-hidden size={12} className="shrink-0" />
          <span className="min-w-0 break-words">{t("connections.checkFailed", { reason: check.reason })}</span>
          <RelativeTime at={check.at} className="shrink-0 text-faint" />
        </p>
      )}
    </>
  );
}

type RemoveDialogProps = { connection: Connection; isOpen: boolean; onClose: () => void };

function RemoveDialog({ connection, isOpen, onClose }: RemoveDialogProps) {
  const { t } = useTranslation();
  const remove = useOrgMutation(api.connections.accounts.mutations.remove);
  const confirm = async () => {
    try {
      await remove({ connectionId: connection.id });
      toast(t("connections.removed", { name: connection.name }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("connections.removeTitle", { name: connection.name })}
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void confirm()}>
            {t("connections.remove")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("connections.removeText")}</p>
    </Dialog>
  );
}
