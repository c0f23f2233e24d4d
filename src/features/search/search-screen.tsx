import { Link } from "@tanstack/react-router";
import { Paperclip, Search, SearchX, User } from "lucide-react";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { ChannelIcon, ThreadStatusBadge } from "../../components/status";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { RelativeTime } from "../../components/ui/time";
import type { FoundThread, SearchResult } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { marked } from "./marked";

type SearchScreenProps = { text: string; onText: (text: string) => void };

/** So long after the last key the address follows: each is a place to come back to. */
const SETTLES_MS = 400;

/** Examples of every operator, as they are typed. */
const EXAMPLES = [
  "from:anna",
  "to:info@",
  "subject:…",
  "tag:…",
  "status:open",
  "assignee:me",
  "channel:email",
  "has:attachment",
  "before:2026-12-24",
  "after:2026-01-01",
  "is:unread",
  '"…"',
  "-…",
  "#12",
];

/** Everything that was written, by words and operators; what is typed lies in the address. */
export function SearchScreen({ text, onText }: SearchScreenProps) {
  const { t } = useTranslation();
  useTitle(t("search.title"));
  const [typed, setTyped] = useState(text);
  const [settled, setSettled] = useState(text);
  // The address may change by itself: "back", or another search from the palette.
  if (settled !== text) {
    setSettled(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      setSettled(typed);
      onText(typed);
    }, SETTLES_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  const asked = useDeferredValue(text.trim());
  const result = useOrgQuery(api.inbox.search.queries.find, asked === "" ? "skip" : { text: asked });
  return (
    <Page title={t("search.title")} description={t("search.description")}>
      <div className="flex flex-col gap-2 px-6 pb-3 max-md:px-4">
        <TextField
          label={t("search.field")}
          hideLabel
          placeholder={t("search.placeholder")}
          value={typed}
          onChange={setTyped}
          type="search"
          autoFocus
          className="max-w-3xl"
        />
        <p className="flex flex-wrap gap-x-2 gap-y-1 text-xs text-faint">
          <span>{t("search.operators")}</span>
          {EXAMPLES.map((example) => (
            <code key={example}>{example}</code>
          ))}
        </p>
      </div>
      <div className="min-h-0 grow overflow-y-auto border-t border-line px-6 py-4 max-md:px-4">
        {asked === "" ? (
          <EmptyState icon={Search} title={t("search.empty")} text={t("search.emptyText")} />
        ) : result === undefined ? (
          <SkeletonRows count={6} />
        ) : (
          <Results result={result} text={asked} />
        )}
      </div>
    </Page>
  );
}

function Results({ result, text }: { result: SearchResult; text: string }) {
  const { t } = useTranslation();
  const { threads, contacts, problems } = result;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      {problems.length > 0 && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t("search.problems", { what: problems.join(", ") })}
        </p>
      )}
      {threads.length === 0 && contacts.length === 0 && (
        <EmptyState icon={SearchX} title={t("search.nothing")} text={t("search.nothingText")} />
      )}
      {contacts.length > 0 && (
        <section>
          <h2 className="pb-1 text-xs font-semibold text-faint">{t("palette.contacts")}</h2>
          <ul className="flex flex-col">
            {contacts.map(({ id, name, address }) => (
              <li key={id}>
                <Link
                  to="/contacts/$contactId"
                  params={{ contactId: id }}
                  className="flex items-center gap-2 rounded-md px-2 py-1.5 text-sm hover:bg-hover"
                >
                  <User aria-hidden size={15} className="text-faint" />
                  <span className="font-medium">{name}</span>
                  <span className="truncate text-muted">{address}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {threads.length > 0 && (
        <section>
          <h2 className="pb-1 text-xs font-semibold text-faint">
            {t("search.conversations", { count: threads.length })}
          </h2>
          <ul className="flex flex-col divide-y divide-line border-y border-line">
            {threads.map((thread) => (
              <li key={thread.id}>
                <Hit thread={thread} text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Hit({ thread, text }: { thread: FoundThread; text: string }) {
  const { t } = useTranslation();
  const { hit } = thread;
  return (
    <Link
      to="/inbox/$threadId"
      params={{ threadId: thread.id }}
      search={{ view: thread.isOpen ? "all" : "closed" }}
      data-testid="search-hit"
      className="flex flex-col gap-0.5 px-2 py-2.5 hover:bg-hover"
    >
      <span className="flex items-center gap-2">
        <ChannelIcon channel={thread.channel} size={13} />
        <span className="truncate text-sm font-medium">{thread.contact?.name ?? t("common.unknownPerson")}</span>
        <span className="text-xs text-faint">#{thread.number}</span>
        <span className="grow" />
        {thread.status !== "open" && <ThreadStatusBadge status={thread.status} />}
        <RelativeTime at={hit?.at ?? thread.lastMessageAt} className="shrink-0 text-xs text-faint" />
      </span>
      {thread.subject !== "" && <span className="truncate text-sm">{marked(thread.subject, text)}</span>}
      <span className="text-sm text-muted">{marked(hit?.snippet ?? thread.lastMessagePreview, text)}</span>
      {hit !== null && hit.fileNames.length > 0 && (
        <span className="flex items-center gap-1.5 text-xs text-muted">
          <Paperclip aria-hidden size={12} />
          <span className="truncate">{marked(hit.fileNames.join(", "), text)}</span>
        </span>
      )}
    </Link>
  );
}
