import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { BackLink } from "../../components/layout/back-link";
import { Page } from "../../components/layout/page";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { AccountBookings, AccountOrders, AccountThreads } from "./account-dealings";
import { AccountDialog } from "./account-dialog";
import { AccountPeople } from "./account-people";
import { AccountService } from "./account-service";

type Account = FunctionReturnType<typeof api.contacts.accounts.queries.get>;
type Open = "edit" | "delete" | null;

const EDIT_KEYS = "e";

/** One customer or partner organisation: its people and what is between them and the team. */
export function AccountScreen({ accountId }: { accountId: Id<"accounts"> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan("contacts.edit");
  const account = useOrgQuery(api.contacts.accounts.queries.get, { accountId });
  const [open, setOpen] = useState<Open>(null);
  const isThere = account !== undefined && account.undoUntil === null;
  useTitle(account?.name ?? t("accounts.title"));
  const back = () => void navigate({ to: "/accounts", search: {} });
  const edit = () => setOpen("edit");
  useShortcuts([
    { id: "leave", keys: "escape", label: t("accounts.back"), group: "list", run: back },
    ...(mayEdit && isThere
      ? [{ id: "editAccount", keys: EDIT_KEYS, label: t("accounts.edit"), group: "list" as const, run: edit }]
      : []),
  ]);
  const actions = mayEdit && isThere && (
    <span className="flex gap-2">
      <Button icon={<Pencil aria-hidden size={14} />} keys={EDIT_KEYS} onPress={edit}>
        {t("accounts.edit")}
      </Button>
      <Button icon={<Trash2 aria-hidden size={14} />} onPress={() => setOpen("delete")}>
        {t("accounts.delete")}
      </Button>
    </span>
  );
  return (
    <Page
      title={account?.name ?? "…"}
      back={<BackLink to="/accounts">{t("accounts.title")}</BackLink>}
      actions={actions}
      className="overflow-y-auto px-6 pb-6 max-md:px-4"
    >
      {account === undefined ? (
        <SkeletonRows />
      ) : account.undoUntil === null ? (
        <Details account={account} />
      ) : (
        <Deleted account={account} />
      )}
      {open === "edit" && account !== undefined && <AccountDialog account={account} onClose={() => setOpen(null)} />}
      {open === "delete" && account !== undefined && <DeleteDialog account={account} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Details({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { id, kind, domains } = account;
  const mayReadThreads = useCan("inbox.read");
  const mayReadBookings = useCan("bookings.read");
  return (
    <div className="flex flex-col gap-6">
      <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
        <Badge tone={kind === "partner" ? "info" : "neutral"}>{t(`person.kinds.${kind}`)}</Badge>
        {domains.length > 0 && <span>{domains.join(", ")}</span>}
      </p>
      <div className="grid grid-cols-2 gap-x-8 gap-y-6 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-6">
          <AccountPeople accountId={id} />
          <AccountService accountId={id} kind={kind} />
          {mayReadBookings && <AccountBookings accountId={id} />}
        </div>
        {mayReadThreads && (
          <div className="flex min-w-0 flex-col gap-6">
            <AccountOrders accountId={id} />
            <AccountThreads accountId={id} />
          </div>
        )}
      </div>
    </div>
  );
}

function useRestore(accountId: Id<"accounts">): () => void {
  const { t } = useTranslation();
  const restore = useOrgMutation(api.contacts.accounts.mutations.restore);
  return () => {
    restore({ accountId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
}

function Deleted({ account }: { account: Account }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const restore = useRestore(account.id);
  return (
    <div className="flex flex-col items-start gap-3 text-sm">
      <p role="status">{t("accounts.isDeleted")}</p>
      {mayEdit && <Button onPress={restore}>{t("actions.undo")}</Button>}
    </div>
  );
}

function DeleteDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useOrgMutation(api.contacts.accounts.mutations.remove);
  const undo = useRestore(account.id);
  const { id: accountId, name } = account;
  return (
    <FormDialog
      title={t("accounts.deleteNamed", { name })}
      saveLabel={t("accounts.delete")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        try {
          await remove({ accountId });
          onClose();
          toast(t("accounts.deleted", { name }), { undo });
        } catch (thrown) {
          toastError(describeError(thrown, t));
        }
      }}
    >
      <p className="text-sm">{t("accounts.deleteText")}</p>
    </FormDialog>
  );
}
