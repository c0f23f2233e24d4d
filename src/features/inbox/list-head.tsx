import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { cx } from "../../components/ui/classes";
import { useCan, useOrgQuery } from "../../lib/org";
import { type InboxSearch, searchKey, searchOf } from "../../lib/search-params";
import { FilterPopover } from "./filters/filter-popover";
import { listsThreads } from "./filters/filter-state";
import { OrderMenu } from "./filters/order-menu";
import { SavedViewMenu } from "./filters/saved-view-menu";
import { useInboxPlace } from "./inbox-context";
import { NewConversation } from "./new-conversation";

/** A link over the list; one that was saved has a name of its own. */
type Place = { id: string; label: string; search: InboxSearch };
type QuickFilter = { id: "all" | "email" | "whatsapp" | "tasks" | "overdue" | "mine"; search: InboxSearch };

/** The filters of requirement S1, in its order. */
const QUICK_FILTERS: readonly QuickFilter[] = [
  { id: "all", search: { view: "all" } },
  { id: "email", search: { view: "all", channel: "email" } },
  { id: "whatsapp", search: { view: "all", channel: "whatsapp" } },
  { id: "tasks", search: { view: "tasks" } },
  { id: "overdue", search: { view: "overdue" } },
  { id: "mine", search: { view: "mine" } },
];

/** What else the sidebar has, where there is none. */
const FURTHER = [
  { id: "unassigned", search: { view: "unassigned" } },
  { id: "sms", search: { view: "all", channel: "sms" } },
  { id: "mentioned", search: { view: "mentioned" } },
  { id: "followed", search: { view: "followed" } },
  { id: "starred", search: { view: "starred" } },
  { id: "drafts", search: { view: "drafts" } },
  { id: "planned", search: { view: "planned" } },
  { id: "snoozed", search: { view: "snoozed" } },
  { id: "closed", search: { view: "closed" } },
  { id: "spam", search: { view: "spam" } },
  { id: "deleted", search: { view: "deleted" } },
] as const satisfies readonly { id: string; search: InboxSearch }[];

/** Over the list: what is listed, and the ways to other lists. */
export const ListHead = memo(function ListHead({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const { isSingle } = useInboxPlace();
  const mayDelete = useCan("threads.delete");
  const view = search.view === "all" ? t("nav.inbox") : t(`nav.${search.view}`);
  const title = search.channel === undefined ? view : t(`nav.${search.channel}`);
  const saved = useOrgQuery(api.inbox.savedViews.queries.list, isSingle ? {} : "skip") ?? [];
  const named = (filters: readonly { id: QuickFilter["id"] | (typeof FURTHER)[number]["id"]; search: InboxSearch }[]) =>
    filters.map((one): Place => ({ ...one, label: t(`nav.${one.id}`) }));
  const places: Place[] = [
    ...named(QUICK_FILTERS),
    ...saved.map(({ id, name, filter }) => ({ id, label: name, search: searchOf(filter) })),
    ...(isSingle ? named(FURTHER.filter(({ id }) => id !== "deleted" || mayDelete)) : []),
  ];
  const savedKey = saved.map(({ filter }) => searchKey(searchOf(filter))).find((key) => key === searchKey(search));
  const isCurrent = (of: InboxSearch) =>
    savedKey === undefined ? of.view === search.view && of.channel === search.channel : searchKey(of) === savedKey;
  return (
    <header className="flex shrink-0 flex-col border-b border-line">
      <div className="flex items-center gap-2 pt-2 pr-2 pl-4">
        <h1 className="min-w-0 grow truncate text-lg font-semibold">{title}</h1>
        {listsThreads(search) && (
          <>
            <SavedViewMenu search={search} />
            <OrderMenu search={search} />
            <FilterPopover search={search} />
          </>
        )}
        <NewConversation />
      </div>
      <nav aria-label={t("shell.inboxViews")} className="flex gap-3.5 overflow-x-auto px-4">
        {places.map(({ id, label, search: to }) => (
          <Link
            key={id}
            to="/inbox"
            search={to}
            aria-current={isCurrent(to) ? "page" : undefined}
            className={cx(
              "-mb-px border-b-2 border-transparent py-2 text-sm whitespace-nowrap text-muted transition-colors",
              "hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text max-md:py-3",
            )}
          >
            {label}
          </Link>
        ))}
      </nav>
    </header>
  );
});
