import { Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { TextField } from "../../components/ui/text-field";
import { useCan, useOrgQuery } from "../../lib/org";
import { SEARCH_KINDS, type SearchKind, type TextSearch } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { Beside } from "./beside";
import { ContactHit, ThreadHit } from "./hits";
import { AccountList, ContactList, FileList, MessageList, TaskList, ThreadList } from "./lists";

type SearchScreenProps = { search: TextSearch; onSearch: (search: TextSearch) => void };

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
  "priority:high",
  "type:complaint",
  "team:…",
  "mailbox:…",
  "account:…",
  "has:attachment",
  "before:2026-12-24",
  "after:2026-01-01",
  "is:unread",
  "order:…",
  "ref:…",
  '"…"',
  "-…",
  "#12",
];

/** Everything that was written, by words and operators, all together or of one kind; the address holds both. */
export function SearchScreen({ search, onSearch }: SearchScreenProps) {
  const { t } = useTranslation();
  useTitle(t("search.title"));
  const { q = "", in: asked = "all" } = search;
  const kinds = useKinds();
  const kind = kinds.includes(asked) ? asked : "all";
  const hits = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useTyped(q, (text) => onSearch(searchFor(text, kind)));
  const text = useDeferredValue(q.trim());
  const show = (next: SearchKind) => onSearch(searchFor(typed, next));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!walk(event.key, { field: field.current, hits: hits.current })) return;
    event.preventDefault();
  };
  return (
    <Page title={t("search.title")} description={t("search.description")}>
      <div className="flex min-h-0 grow flex-col" onKeyDown={onKeyDown}>
        <div className="flex flex-col gap-2 px-6 pt-2 pb-2 max-md:px-4">
          <TextField
            label={t("search.field")}
            hideLabel
            placeholder={t("search.placeholder")}
            value={typed}
            onChange={setTyped}
            type="search"
            autoFocus
            inputRef={field}
            className="max-w-3xl"
          />
          {/* On a phone what was found needs the room. */}
          <p className={cx("flex flex-wrap gap-x-2 gap-y-1 text-xs text-faint", typed !== "" && "max-md:hidden")}>
            <span>{t("search.operators")}</span>
            {EXAMPLES.map((example) => (
              <code key={example}>{example}</code>
            ))}
          </p>
        </div>
        <Tabs
          label={t("search.kinds.label")}
          tabs={kinds.map((id) => ({ id, label: t(`search.kinds.${id}`) }))}
          value={kind}
          onChange={show}
          className="grow"
          listClassName="px-6 max-md:px-4"
        >
          <div ref={hits} className="flex min-h-0 grow flex-col overflow-y-auto px-6 py-4 max-md:px-4">
            {text === "" ? (
              <EmptyState icon={Search} title={t("search.empty")} text={t("search.emptyText")} />
            ) : (
              <Hits key={`${kind} ${text}`} kind={kind} text={text} onShow={show} />
            )}
          </div>
        </Tabs>
      </div>
    </Page>
  );
}

/** What the reader may look for. */
function useKinds(): SearchKind[] {
  const may = { accounts: useCan("contacts.read"), tasks: useCan("tasks.read") };
  return SEARCH_KINDS.filter((id) => (id === "accounts" || id === "tasks" ? may[id] : true));
}

function searchFor(text: string, kind: SearchKind): TextSearch {
  return { ...(text === "" ? {} : { q: text }), ...(kind === "all" ? {} : { in: kind }) };
}

/** What is being typed; `onSettled` has it once the keys rest. */
function useTyped(text: string, onSettled: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(text);
  const [settled, setSettled] = useState(text);
  const settle = useRef(onSettled);
  useEffect(() => {
    settle.current = onSettled;
  });
  // The address may change by itself: "back", or another search from the palette.
  if (settled !== text) {
    setSettled(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      setSettled(typed);
      settle.current(typed);
    }, SETTLES_MS);
    return () => clearTimeout(timer);
  }, [typed, text]);
  return [typed, setTyped];
}

type Places = { field: HTMLInputElement | null; hits: HTMLElement | null };

/** Arrows go from the field through what was found and back; Escape back at once. False: the key means something else. */
function walk(key: string, { field, hits }: Places): boolean {
  const links = [...(hits?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])];
  const here = links.findIndex((link) => link === document.activeElement);
  if (here === -1 && document.activeElement !== field) return false;
  if (key === "Escape" && here !== -1) field?.focus();
  else if (key === "ArrowDown" && here < links.length - 1) links[here + 1]?.focus();
  else if (key === "ArrowUp" && here === 0) field?.focus();
  else if (key === "ArrowUp" && here > 0) links[here - 1]?.focus();
  else return false;
  return true;
}

type HitsProps = { kind: SearchKind; text: string; onShow: (kind: SearchKind) => void };

function Hits({ kind, text, onShow }: HitsProps) {
  switch (kind) {
    case "all":
      return <Best text={text} onShow={onShow} />;
    case "conversations":
      return <ThreadList text={text} />;
    case "messages":
      return <MessageList text={text} />;
    case "files":
      return <FileList text={text} />;
    case "contacts":
      return <ContactList text={text} />;
    case "accounts":
      return <AccountList text={text} />;
    case "tasks":
      return <TaskList text={text} />;
  }
}

/** The best of it; whoever wants all goes to the list of one kind. */
function Best({ text, onShow }: Omit<HitsProps, "kind">) {
  const { t } = useTranslation();
  const result = useOrgQuery(api.inbox.search.queries.find, { text });
  if (result === undefined) return <SkeletonRows count={6} />;
  const { threads, contacts, problems } = result;
  const isNothing = threads.length === 0 && contacts.length === 0;
  return (
    <div className="flex max-w-3xl grow flex-col gap-6">
      {problems.length > 0 && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t("search.problems", { what: problems.join(", ") })}
        </p>
      )}
      {contacts.length > 0 && (
        <section>
          <h2 className="pb-1 text-xs font-semibold text-faint">{t("search.kinds.contacts")}</h2>
          <ul className="flex flex-col">
            {contacts.map((contact) => (
              <li key={contact.id}>
                <ContactHit contact={contact} text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {threads.length > 0 && (
        <section className="flex flex-col gap-1">
          <h2 className="text-xs font-semibold text-faint">{t("search.conversations", { count: threads.length })}</h2>
          <ul className="flex flex-col divide-y divide-line border-y border-line">
            {threads.map((thread) => (
              <li key={thread.id}>
                <ThreadHit thread={thread} text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Beside text={text} onShow={onShow} isAlone={isNothing} />
      {!isNothing && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onPress={() => onShow("conversations")}>
            {t("search.allConversations")}
          </Button>
          <Button size="sm" onPress={() => onShow("messages")}>
            {t("search.allMessages")}
          </Button>
        </div>
      )}
    </div>
  );
}
