import { CircleCheck, CircleSlash, KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { API_SCOPES, type ApiScope } from "../../../convex/api/scopes";
import { StatusBadge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { CopyField } from "../../components/ui/copy-field";
import { Dialog } from "../../components/ui/dialog";
import { EmptyState } from "../../components/ui/empty-state";
import { TextField } from "../../components/ui/text-field";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useNow } from "../../lib/now";
import { useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

const PAGE = 25;

type ApiKey = FunctionReturnType<typeof api.api.queries.listKeys>["page"][number];
type NewKey = FunctionReturnType<typeof api.api.mutations.createKey>;

/** Keys of outside systems: made, shown once, ended. */
export function ApiKeys() {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(api.api.queries.listKeys, {}, { initialNumItems: PAGE });
  const [isCreating, setIsCreating] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const rows = status === "LoadingFirstPage" ? undefined : results;
  const create = (
    <Button variant="primary" onPress={() => setIsCreating(true)}>
      {t("apiKeys.create")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      {rows?.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title={t("apiKeys.none")}
          text={t("apiKeys.intro")}
          action={
            <div className="flex flex-col items-center gap-3">
              {create}
              <DocsLink />
            </div>
          }
        />
      ) : (
        <>
          <div className="flex items-center justify-end gap-4">
            <DocsLink />
            {create}
          </div>
          <CardList intro={t("apiKeys.intro")} rows={rows} keyOf={({ id }) => id}>
            {(key) => <KeyRow apiKey={key} onEnd={() => setEnding(key)} />}
          </CardList>
          {status === "CanLoadMore" && <Button onPress={() => loadMore(PAGE)}>{t("common.more")}</Button>}
        </>
      )}
      <CreateDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <EndDialog apiKey={ending} onClose={() => setEnding(null)} />
    </div>
  );
}

function DocsLink() {
  const { t } = useTranslation();
  const url = useOrgQuery(api.api.queries.docsUrl, {});
  if (url === undefined) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer" className="text-sm text-accent-text hover:underline">
      {t("apiKeys.documentation")}
    </a>
  );
}

function KeyRow({ apiKey, onEnd }: { apiKey: ApiKey; onEnd: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const isOver = apiKey.revokedAt !== undefined || (apiKey.expiresAt ?? Number.POSITIVE_INFINITY) <= now;
  return (
    <>
      <span className="min-w-0 grow">
        <span className="block truncate text-sm font-medium">{apiKey.name}</span>
        <span className="block truncate text-xs text-faint">
          <code className="font-mono">{apiKey.publicId}</code> ·{" "}
          {apiKey.scopes.map((scope) => t(`apiKeys.scopes.${scopeKey(scope)}`)).join(", ")} ·{" "}
          {apiKey.lastUsedAt === undefined ? (
            t("apiKeys.neverUsed")
          ) : (
            <>
              {t("apiKeys.lastUsed")} <RelativeTime at={apiKey.lastUsedAt} />
            </>
          )}
        </span>
      </span>
      <StatusBadge
        tone={isOver ? "neutral" : "ok"}
        icon={isOver ? CircleSlash : CircleCheck}
        label={t(isOver ? "apiKeys.over" : "settings.active")}
      />
      {!isOver && (
        <Button size="sm" variant="danger" onPress={onEnd}>
          {t("apiKeys.revoke")}
        </Button>
      )}
    </>
  );
}

type ScopeKey = ApiScope extends infer Scope
  ? Scope extends `${infer What}.${infer Act}`
    ? `${What}_${Act}`
    : never
  : never;

// Dots part levels in the language files.
const scopeKey = (scope: ApiScope) => scope.replace(".", "_") as ScopeKey;

function CreateDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewKey | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog title={t(made === null ? "apiKeys.create" : "apiKeys.made")} isOpen={isOpen} onClose={close}>
      {made === null ? <CreateForm onMade={setMade} onClose={close} /> : <MadeKey made={made} onClose={close} />}
    </Dialog>
  );
}

function CreateForm({ onMade, onClose }: { onMade: (made: NewKey) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const createKey = useOrgMutation(api.api.mutations.createKey);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly ApiScope[]>(API_SCOPES);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    try {
      onMade(await createKey({ name, scopes: [...scopes] }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <TextField
        label={t("apiKeys.name")}
        description={t("apiKeys.nameText")}
        value={name}
        onChange={setName}
        autoFocus
      />
      <fieldset className="flex flex-col">
        <legend className="pb-1 text-xs font-medium text-muted">{t("apiKeys.may")}</legend>
        {API_SCOPES.map((scope) => (
          <Checkbox
            key={scope}
            isSelected={scopes.includes(scope)}
            onChange={(isOn) => setScopes(API_SCOPES.filter((each) => (each === scope ? isOn : scopes.includes(each))))}
          >
            {t(`apiKeys.scopes.${scopeKey(scope)}`)} <code className="font-mono text-xs text-faint">{scope}</code>
          </Checkbox>
        ))}
      </fieldset>
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button
          type="submit"
          variant="primary"
          isPending={isBusy}
          isDisabled={name.trim() === "" || scopes.length === 0}
        >
          {t("apiKeys.create")}
        </Button>
      </div>
    </form>
  );
}

function MadeKey({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const { t } = useTranslation();
  const parts = [
    ["key", made.key],
    ["signingSecret", made.signingSecret],
    ["publicId", made.publicId],
  ] as const;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("apiKeys.once")}</p>
      {parts.map(([part, value]) => (
        <div key={part} className="flex flex-col gap-1">
          <span className="text-xs font-medium text-muted">{t(`apiKeys.parts.${part}`)}</span>
          <CopyField value={value} label={t("apiKeys.copy", { what: t(`apiKeys.parts.${part}`) })} />
        </div>
      ))}
      <div className="flex justify-end">
        <Button variant="primary" onPress={onClose}>
          {t("apiKeys.stored")}
        </Button>
      </div>
    </div>
  );
}

function EndDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  const revoke = useOrgMutation(api.api.mutations.revokeKey);
  const end = async () => {
    if (apiKey === null) return;
    try {
      await revoke({ apiKeyId: apiKey.id });
      toast(t("apiKeys.revoked", { name: apiKey.name }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("apiKeys.revokeTitle", { name: apiKey?.name ?? "" })}
      isOpen={apiKey !== null}
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void end()}>
            {t("apiKeys.revoke")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("apiKeys.revokeText")}</p>
    </Dialog>
  );
}
