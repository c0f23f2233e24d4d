import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Avatar } from "../../components/ui/avatar";
import { Badge } from "../../components/ui/badge";
import { TextField } from "../../components/ui/text-field";
import { useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";

const SHOWN = 8;

type Row = { id: Id<"contacts">; name: string; addresses: string[]; match?: "number" | "name" };
type ChooseContactProps = { contactId: Id<"contacts">; onChosen: (contactId: Id<"contacts">) => void };

/** Another contact: those that match exactly are offered, every other one is found by its name or address. */
export function ChooseContact({ contactId, onChosen }: ChooseContactProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const suggestions = useOrgQuery(api.contacts.merges.queries.suggestions, { contactId });
  const found = useOrgPaginatedQuery(api.contacts.queries.list, search === "" ? "skip" : { text: search }, {
    initialNumItems: SHOWN,
  });
  const rows: Row[] | undefined =
    search === ""
      ? suggestions?.map(({ contactId: id, ...row }) => ({ id, ...row }))
      : found.results
          .filter(({ id }) => id !== contactId)
          .map(({ id, name, addresses }) => ({ id, name, addresses: addresses.map(({ address }) => address) }));
  const isKnown = search === "" ? suggestions !== undefined : found.status !== "LoadingFirstPage";
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label={t("common.search")}
        hideLabel
        placeholder={t("contacts.search")}
        value={text}
        onChange={setText}
        autoFocus
      />
      {isKnown && rows?.length === 0 && (
        <p className="py-4 text-center text-sm text-muted">
          {t(search === "" ? "merges.noSuggestions" : "contacts.noneFound")}
        </p>
      )}
      <ul className="flex flex-col gap-1">
        {rows?.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              onClick={() => onChosen(row.id)}
              className="flex min-h-11 w-full items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-hover"
            >
              <Avatar name={row.name} />
              <span className="min-w-0 grow">
                <span className="block truncate text-sm font-medium">{row.name}</span>
                <span className="block truncate text-xs text-muted">{row.addresses.join(" · ")}</span>
              </span>
              {row.match !== undefined && <Badge>{t(`merges.matches.${row.match}`)}</Badge>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
