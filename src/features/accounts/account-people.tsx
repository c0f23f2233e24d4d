import { Link } from "@tanstack/react-router";
import { Unlink } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Section } from "../../components/layout/page";
import { Avatar } from "../../components/ui/avatar";
import { Button, IconButton } from "../../components/ui/button";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";

type Person = FunctionReturnType<typeof api.contacts.queries.list>["page"][number];

const PAGE_SIZE = 10;

/** Who belongs to an organisation, and the way out of it. */
export function AccountPeople({ accountId }: { accountId: Id<"accounts"> }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.queries.list,
    { accountId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return null;
  const all = results.length > 0 && (
    <Link
      to="/contacts"
      search={{ account: accountId }}
      className="rounded-sm text-xs underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {t("accounts.inContacts")}
    </Link>
  );
  return (
    <Section title={t("accounts.people")} actions={all}>
      {results.length === 0 && <p className="text-sm text-muted">{t("accounts.noPeople")}</p>}
      <ul className="flex flex-col">
        {results.map((person) => (
          <li key={person.id} data-testid="account-person" className="flex items-center gap-3 py-1">
            <PersonRow person={person} accountId={accountId} />
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}

function PersonRow({ person, accountId }: { person: Person; accountId: Id<"accounts"> }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const change = useOrgMutation(api.contacts.edits.mutations.change);
  const { id: contactId, name } = person;
  const put = async (into: Id<"accounts"> | null) => {
    try {
      await change({ contactId, accountId: into });
      return true;
    } catch (thrown) {
      toastError(describeError(thrown, t));
      return false;
    }
  };
  const detach = async () => {
    if (await put(null)) toast(t("accounts.detached", { name }), { undo: () => void put(accountId) });
  };
  return (
    <>
      <Avatar name={name} />
      <span className="flex min-w-0 grow flex-col">
        <Link
          to="/contacts/$contactId"
          params={{ contactId }}
          className="truncate rounded-sm text-sm font-medium hover:underline"
        >
          {name}
        </Link>
        <span className="truncate text-xs text-muted">{person.addresses[0]?.address}</span>
      </span>
      {mayEdit && (
        <IconButton
          label={t("accounts.detach", { name })}
          icon={<Unlink aria-hidden size={14} />}
          onPress={() => void detach()}
        />
      )}
    </>
  );
}
