import { Plus, Star, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { ChannelIcon } from "../status";
import { Badge } from "../ui/badge";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import type { Contact } from "./contact-facts";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
type AddressRow = Contact["addresses"][number];

/** Where somebody can be reached, by hand: each change counts at once. */
export function AddressEditor({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const { id: contactId, addresses } = contact;
  const add = useOrgMutation(api.contacts.edits.mutations.addAddress);
  const remove = useOrgMutation(api.contacts.edits.mutations.removeAddress);
  const prefer = useOrgMutation(api.contacts.edits.mutations.makePrimary);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const removeWithUndo = ({ channel, address }: AddressRow) => {
    const undo = () => void add({ contactId, channel, address }).catch(fail);
    remove({ contactId, channel, address }).then(() => toast(t("addresses.removed", { address }), { undo }), fail);
  };
  return (
    <Dialog
      title={t("addresses.edit")}
      isOpen
      onClose={onClose}
      footer={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <div className="flex flex-col gap-4">
        {addresses.length > 0 && (
          <ul aria-label={t("context.addresses")} className="divide-y divide-line rounded-md border border-line">
            {addresses.map((row) => (
              <li key={`${row.channel}-${row.address}`} className="flex items-center gap-2 py-1 pr-1 pl-3 text-sm">
                <span className="text-faint">
                  <ChannelIcon channel={row.channel} />
                </span>
                <span className="min-w-0 grow truncate">{row.address}</span>
                {row.isPrimary && <Badge>{t("addresses.primary")}</Badge>}
                {row.state === "invalid" && <Badge tone="danger">{t("context.invalid")}</Badge>}
                {!row.isPrimary && row.state !== "invalid" && (
                  <IconButton
                    label={t("addresses.makePrimary", { address: row.address })}
                    icon={<Star aria-hidden size={14} />}
                    onPress={() => void prefer({ contactId, channel: row.channel, address: row.address }).catch(fail)}
                  />
                )}
                <IconButton
                  label={t("addresses.remove", { address: row.address })}
                  icon={<Trash2 aria-hidden size={14} />}
                  onPress={() => removeWithUndo(row)}
                />
              </li>
            ))}
          </ul>
        )}
        <NewAddress onAdd={async (channel, address) => await add({ contactId, channel, address })} />
        <p className="text-xs text-muted">{t("addresses.hint")}</p>
      </div>
    </Dialog>
  );
}

type NewAddressProps = { onAdd: (channel: (typeof CHANNELS)[number], address: string) => Promise<unknown> };

function NewAddress({ onAdd }: NewAddressProps) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>("email");
  const [address, setAddress] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onAdd(channel, address);
      setAddress("");
      setError(null);
    } catch (thrown) {
      if (asAppError(thrown)?.field === "address") setError(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      className="flex items-start gap-2 max-md:flex-col max-md:items-stretch"
    >
      <Select
        label={t("addresses.channel")}
        options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
        value={channel}
        onChange={setChannel}
        className="w-36 max-md:w-full"
      />
      <TextField
        label={t("addresses.address")}
        value={address}
        onChange={setAddress}
        error={error}
        className="grow"
        autoFocus
      />
      <Button type="submit" variant="primary" icon={<Plus aria-hidden size={14} />} className="mt-5 max-md:mt-0">
        {t("addresses.add")}
      </Button>
    </form>
  );
}
