import { Download, UserRoundX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import { DataRequestRow } from "./data-request-row";

const SHOWN = 5;

type Contact = { id: Id<"contacts">; name: string; isErased: boolean };

/** A person's rights: a copy of what is known about them, and its erasure. For admins. */
export function ContactRights({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const mayManage = useCan("privacy.manage");
  const contact = useOrgQuery(api.contacts.queries.get, mayManage ? { contactId } : "skip");
  return contact === undefined ? null : <Rights contact={contact} title={t("consent.rights")} />;
}

function Rights({ contact, title }: { contact: Contact; title: string }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"export" | "erasure" | null>(null);
  const { results } = useOrgPaginatedQuery(
    api.privacy.queries.requests,
    { contactId: contact.id },
    { initialNumItems: SHOWN },
  );
  return (
    <Section title={title}>
      {contact.isErased ? (
        <p className="text-sm text-muted">{t("consent.isErased")}</p>
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button icon={<Download aria-hidden size={14} />} onPress={() => setDialog("export")}>
            {t("consent.export")}
          </Button>
          <Button variant="danger" icon={<UserRoundX aria-hidden size={14} />} onPress={() => setDialog("erasure")}>
            {t("consent.erase")}
          </Button>
        </div>
      )}
      <ul className="flex flex-col gap-1.5">
        {results.map((request) => (
          <li key={request.id} className="rounded-md border border-line px-3 py-2">
            <DataRequestRow request={request} />
          </li>
        ))}
      </ul>
      {dialog === "export" && <ExportDialog contact={contact} onClose={() => setDialog(null)} />}
      {dialog === "erasure" && <EraseDialog contact={contact} onClose={() => setDialog(null)} />}
    </Section>
  );
}

function ExportDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const request = useOrgMutation(api.privacy.mutations.requestExport);
  const start = async () => {
    try {
      await request({ contactId: contact.id, note });
      toast(t("consent.exportStarted"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("consent.exportTitle", { name: contact.name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onPress={() => void start()}>
            {t("consent.exportStart")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("consent.exportText")}</p>
        <TextField label={t("consent.asksBy")} description={t("consent.asksByHint")} value={note} onChange={setNote} />
      </div>
    </Dialog>
  );
}

/** Cannot be undone: says what goes and what stays, and wants the name typed. Half a minute remains to call it off. */
function EraseDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const request = useOrgMutation(api.privacy.mutations.requestErasure);
  const cancel = useOrgMutation(api.privacy.mutations.cancelErasure);
  const callOff = async (requestId: Id<"dataRequests">) => {
    try {
      await cancel({ requestId });
      toast(t("consent.eraseCancelled"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const start = async () => {
    try {
      const requestId = await request({ contactId: contact.id, note, confirmedName: name });
      toast(t("consent.eraseScheduled"), { undo: () => void callOff(requestId) });
      onClose();
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (problem?.field === "confirmedName") setError(t("consent.nameDiffers"));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("consent.eraseTitle", { name: contact.name })}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" isDisabled={name.trim() === ""} onPress={() => void start()}>
            {t("consent.erase")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm">{t("consent.eraseGoes")}</p>
        <p className="text-sm text-muted">{t("consent.eraseStays")}</p>
        <TextField label={t("consent.asksBy")} description={t("consent.asksByHint")} value={note} onChange={setNote} />
        <TextField
          label={t("consent.typeName", { name: contact.name })}
          value={name}
          onChange={setName}
          error={error}
          autoComplete="off"
        />
      </div>
    </Dialog>
  );
}
