import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { WEBHOOK_SOURCE_KINDS, type WebhookSourceKind } from "../../../../convex/bookings/statuses";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { ZoneField } from "../../../components/ui/zone-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { BookingSource } from "./sources";

type SourceDialogProps = {
  /** Null: a new one. */
  source: BookingSource | null;
  onClose: () => void;
  /** Gets a signing secret that was made here, readable this once. */
  onSecret: (secret: string) => void;
};

/** A booking system: its kind, name, the zone of its venue, and the secret it signs with. */
export function SourceDialog({ source, onClose, onSecret }: SourceDialogProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<WebhookSourceKind>("generic");
  const [name, setName] = useState(source?.name ?? "");
  const [venueZone, setVenueZone] = useState(source?.venueZone ?? "");
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const save = useSave(source, { onClose, onSecret });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = secret.trim();
    setProblem(await save({ kind, name, venueZone: venueZone.trim(), secret: given === "" ? undefined : given }));
  };
  const errorAt = (field: "name" | "venueZone" | "secret") =>
    problem === field ? t(`bookingSources.problems.${field}`) : null;
  return (
    <FormDialog
      title={source === null ? t("bookingSources.add") : source.name}
      onClose={onClose}
      onSubmit={submit}
      {...(source === null ? { saveLabel: t("bookingSources.addIt") } : {})}
    >
      {source === null && (
        <Select
          label={t("bookingSources.kind")}
          options={WEBHOOK_SOURCE_KINDS.map((id) => ({ id, label: t(`sourceNames.${id}`) }))}
          value={kind}
          onChange={setKind}
        />
      )}
      <TextField label={t("bookingSources.name")} value={name} onChange={setName} error={errorAt("name")} />
      <ZoneField
        label={t("bookingSources.venueZone")}
        description={t("bookingSources.venueZoneText")}
        placeholder="Europe/Berlin"
        value={venueZone}
        onChange={setVenueZone}
        error={errorAt("venueZone")}
      />
      <TextField
        type="password"
        autoComplete="off"
        label={t("bookingSources.ownSecret")}
        description={t(source === null ? "bookingSources.ownSecretText" : "bookingSources.otherSecretText")}
        value={secret}
        onChange={setSecret}
        error={errorAt("secret")}
      />
      {source !== null && <RenewSecret source={source} onSecret={onSecret} />}
    </FormDialog>
  );
}

type Fields = { kind: WebhookSourceKind; name: string; venueZone: string; secret: string | undefined };
type Outcome = Pick<SourceDialogProps, "onClose" | "onSecret">;

/** Saves; returns the field at fault, or null. */
function useSave(source: BookingSource | null, { onClose, onSecret }: Outcome) {
  const { t } = useTranslation();
  const add = useOrgMutation(api.bookings.sources.mutations.add);
  const change = useOrgMutation(api.bookings.sources.mutations.change);
  const renew = useOrgMutation(api.bookings.sources.mutations.renewSecret);
  return async ({ kind, name, venueZone, secret }: Fields): Promise<string | null> => {
    const own = secret === undefined ? {} : { secret };
    try {
      if (source === null) {
        const added = await add({ kind, name, ...own, ...(venueZone === "" ? {} : { venueZone }) });
        onClose();
        // Whoever brought their own knows it.
        if (secret === undefined) onSecret(added.secret);
        return null;
      }
      await change({ sourceId: source.id, name, venueZone: venueZone === "" ? null : venueZone });
      if (secret !== undefined) await renew({ sourceId: source.id, secret });
      toast(t("bookingSources.saved"));
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === "name" || field === "venueZone" || field === "secret") return field;
      toastError(describeError(thrown, t));
    }
    return null;
  };
}

function RenewSecret({ source, onSecret }: { source: BookingSource; onSecret: (secret: string) => void }) {
  const { t } = useTranslation();
  const renew = useOrgMutation(api.bookings.sources.mutations.renewSecret);
  const run = async () => {
    try {
      onSecret((await renew({ sourceId: source.id })).secret);
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Button className="self-start" onPress={() => void run()}>
      {t("bookingSources.renew")}
    </Button>
  );
}
