import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import type { InboxSearch } from "../../lib/search-params";
import { FilterChips } from "./filters/filter-chips";
import { FilterPopover } from "./filters/filter-popover";
import { SavedViewMenu } from "./filters/saved-view-menu";
import { useInboxPlace } from "./inbox-context";
import { NewConversation } from "./new-conversation";

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
  { id: "snoozed", search: { view: "snoozed" } },
  { id: "closed", search: { view: "closed" } },
  { id: "spam", search: { view: "spam" } },
] as const satisfies readonly { id: string; search: InboxSearch }[];

/** Over the list: what is listed, and by what it is narrowed. */
export function ListHead({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const { isSingle } = useInboxPlace();
  const view = search.view === "all" ? t("nav.inbox") : t(`nav.${search.view}`);
  const title = search.channel === undefined ? view : t(`nav.${search.channel}`);
  const shown = isSingle ? [...QUICK_FILTERS, ...FURTHER] : QUICK_FILTERS;
  const isCurrent = (of: InboxSearch) => of.view === search.view && of.channel === search.channel;
  return (
    <header className="flex shrink-0 flex-col border-b border-line">
      <div className="flex items-center gap-2 pt-2 pr-2 pl-4">
        <h1 className="min-w-0 grow truncate text-lg font-semibold">{title}</h1>
        {search.view !== "tasks" && (
          <>
            <SavedViewMenu search={search} />
            <FilterPopover search={search} />
          </>
        )}
        <NewConversation />
      </div>
      <nav aria-label={t("shell.inboxViews")} className="flex gap-3.5 overflow-x-auto px-4">
        {shown.map(({ id, search: to }) => (
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
            {t(`nav.${id}`)}
          </Link>
        ))}
      </nav>
      {search.view !== "tasks" && <FilterChips search={search} />}
    </header>
  );
}
