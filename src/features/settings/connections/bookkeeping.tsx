import { BookOpen, CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { StatusBadge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { TextField } from "../../../components/ui/text-field";
import { RelativeTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

type Account = FunctionReturnType<typeof api.bookkeeping.queries.account>;

/** sevDesk: hears what became of each person's messages, and lends its addresses. */
export function Bookkeeping() {
  const { t } = useTranslation();
  const account = useOrgQuery(api.bookkeeping.queries.account, {});
  const sync = useOrgMutation(api.bookkeeping.mutations.sync);
  const disconnect = useOrgMutation(api.bookkeeping.mutations.disconnect);
  const mayManage = useCan("connections.manage");
  const [isOpen, setIsOpen] = useState(false);
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  if (account === undefined) return null;
  return (
    <section aria-labelledby="bookkeeping" className="flex flex-col gap-2">
      <header className="flex items-center gap-2">
        <BookOpen aria-hidden size={16} className="text-muted" />
        <h2 id="bookkeeping" className="grow text-sm font-semibold">
          {t("bookkeeping.title")}
        </h2>
      </header>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line px-4 py-3">
        <span className="min-w-0 flex-1 basis-48">
          <span className="block text-sm font-medium">sevDesk</span>
          <span className="block text-xs text-faint">{t("bookkeeping.text")}</span>
          <SyncLine account={account} />
        </span>
        {mayManage && (
          <span className="flex flex-wrap gap-2">
            {account !== null && (
              <>
                <Button size="sm" isDisabled={account.sync.kind === "running"} onPress={run(() => sync({}))}>
                  {t("bookkeeping.sync")}
                </Button>
                <Button size="sm" variant="danger" onPress={run(() => disconnect({}))}>
                  {t("bookkeeping.disconnect")}
                </Button>
              </>
            )}
            <Button size="sm" variant={account === null ? "primary" : "secondary"} onPress={() => setIsOpen(true)}>
              {t(account === null ? "bookkeeping.connect" : "connections.edit")}
            </Button>
          </span>
        )}
      </div>
      <Dialog title={t("bookkeeping.connect")} size="sm" isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <ConnectForm account={account} onClose={() => setIsOpen(false)} />
      </Dialog>
    </section>
  );
}

function SyncLine({ account }: { account: Account }) {
  const { t } = useTranslation();
  if (account === null) return null;
  if (!account.isEnabled) {
    const reason = account.disabledReason ?? "";
    return <StatusBadge tone="danger" icon={TriangleAlert} label={t("bookkeeping.refused", { reason })} />;
  }
  const { sync } = account;
  switch (sync.kind) {
    case "idle":
      return null;
    case "running":
      return <StatusBadge tone="info" icon={LoaderCircle} label={t("bookkeeping.running")} />;
    case "done":
      return (
        <span className="flex flex-wrap items-center gap-1.5 text-xs text-ok">
          <CircleCheck aria-hidden size={12} />
          {t("bookkeeping.done", { linked: sync.linked, added: sync.added })}
          <RelativeTime at={sync.at} className="text-faint" />
        </span>
      );
    case "failed":
      return <StatusBadge tone="danger" icon={TriangleAlert} label={sync.reason} />;
  }
}

function ConnectForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const connect = useOrgMutation(api.bookkeeping.mutations.connect);
  const [token, setToken] = useState("");
  const [baseUrl, setBaseUrl] = useState(account?.baseUrl ?? "");
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    try {
      await connect({
        ...(token.trim() === "" ? {} : { token: token.trim() }),
        ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
      });
      toast(t("bookkeeping.connected"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4" noValidate>
      <TextField
        label={t("bookkeeping.token")}
        type="password"
        autoComplete="off"
        value={token}
        onChange={setToken}
        description={t(account === null ? "connections.secretNew" : "connections.secretStored")}
        error={errorOf("token")}
      />
      <TextField
        label={t("connections.optional", { name: t("connectionFields.baseUrl") })}
        placeholder="https://my.sevdesk.de/api/v1"
        value={baseUrl}
        onChange={setBaseUrl}
        error={errorOf("baseUrl")}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
