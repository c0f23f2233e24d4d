import type { FunctionReturnType } from "convex/server";
import { CalendarPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { WEBHOOK_SOURCE_KINDS } from "../../../../convex/bookings/statuses";
import { Button } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { Switch } from "../../../components/ui/switch";
import { RelativeTime } from "../../../components/ui/time";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { RefusedDialog } from "./refused-dialog";
import { SourceDialog } from "./source-dialog";

export type BookingSource = FunctionReturnType<typeof api.bookings.queries.sources>[number];

/** What is open over the list. */
type Open =
  | { kind: "nothing" }
  | { kind: "new" }
  | { kind: "edit" | "refused"; source: BookingSource }
  /** A signing secret that can be read only now. */
  | { kind: "secret"; secret: string };

/** Booking systems: the addresses they send their events to, and what could not be used of those. */
export function Sources() {
  const { t } = useTranslation();
  const mayEdit = useCan("connections.manage");
  const all = useOrgQuery(api.bookings.queries.sources, {});
  const sources = all?.filter(({ kind }) => WEBHOOK_SOURCE_KINDS.some((each) => each === kind));
  const [open, setOpen] = useState<Open>({ kind: "nothing" });
  const close = () => setOpen({ kind: "nothing" });
  return (
    <>
      {mayEdit && (
        <Button
          className="self-start"
          icon={<CalendarPlus aria-hidden size={15} />}
          onPress={() => setOpen({ kind: "new" })}
        >
          {t("bookingSources.add")}
        </Button>
      )}
      <CardList intro={t("settings.sourcesText")} rows={sources} keyOf={({ id }) => id}>
        {(source) => <SourceRow source={source} mayEdit={mayEdit} onOpen={setOpen} />}
      </CardList>
      {(open.kind === "new" || open.kind === "edit") && (
        <SourceDialog
          source={open.kind === "edit" ? open.source : null}
          onClose={close}
          onSecret={(secret) => setOpen({ kind: "secret", secret })}
        />
      )}
      {open.kind === "refused" && <RefusedDialog source={open.source} onClose={close} />}
      {open.kind === "secret" && <SecretDialog secret={open.secret} onClose={close} />}
    </>
  );
}

type SourceRowProps = { source: BookingSource; mayEdit: boolean; onOpen: (open: Open) => void };

function SourceRow({ source, mayEdit, onOpen }: SourceRowProps) {
  const { t } = useTranslation();
  const change = useOrgMutation(api.bookings.sources.mutations.change);
  const switchTo = async (isEnabled: boolean) => {
    try {
      await change({ sourceId: source.id, isEnabled });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <>
      <span className="min-w-0 grow">
        <span className="block truncate text-sm font-medium">{source.name}</span>
        <span className="block text-xs text-faint">
          {t(`sourceNames.${source.kind}`)}
          {source.venueZone !== undefined && ` · ${source.venueZone}`}
          {" · "}
          {source.lastEventAt === undefined ? (
            t("bookingSources.noEvent")
          ) : (
            <>
              {t("bookingSources.lastEvent")} <RelativeTime at={source.lastEventAt} />
            </>
          )}
        </span>
      </span>
      <span className="flex items-center gap-3">
        {mayEdit && (
          <>
            <Button size="sm" onPress={() => onOpen({ kind: "refused", source })}>
              {t("bookingSources.refused")}
            </Button>
            <Button size="sm" onPress={() => onOpen({ kind: "edit", source })}>
              {t("bookingSources.edit")}
            </Button>
          </>
        )}
        <Switch
          label={t("bookingSources.isEnabled", { name: source.name })}
          isOn={source.isEnabled}
          isDisabled={!mayEdit}
          onChange={(isEnabled) => void switchTo(isEnabled)}
        />
      </span>
      <CopyField value={source.webhookUrl} label={t("settings.copyUrl", { name: source.name })} />
    </>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("bookingSources.secret")} isOpen onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{t("bookingSources.secretText")}</p>
        <CopyField value={secret} label={t("bookingSources.secretCopy")} />
      </div>
    </Dialog>
  );
}
