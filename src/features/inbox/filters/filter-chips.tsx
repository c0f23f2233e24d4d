import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { useOrgQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";
import { CHIPS, type Chip, without } from "./filter-state";
import { useGone } from "./gone";

/** The conditions the list is narrowed by; each is a link to the list without it. */
export function FilterChips({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const textOf = useChipText(search);
  const shown = CHIPS.filter((chip) => search[chip] !== undefined);
  if (shown.length === 0) return null;
  return (
    <ul aria-label={t("filters.active")} className="flex shrink-0 flex-wrap gap-1 border-b border-line px-4 py-1.5">
      {shown.map((chip) => (
        <li key={chip}>
          <Link
            to="/inbox"
            search={without(search, chip)}
            className="inline-flex h-6 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-xs text-accent-text hover:bg-hover max-md:h-9"
          >
            <span className="max-w-48 truncate">{textOf(chip)}</span>
            <X aria-hidden size={12} />
            <span className="sr-only">{t("filters.remove")}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function useChipText(search: InboxSearch): (chip: Chip) => string {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, search.assigneeId === undefined ? "skip" : {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, search.teamId === undefined ? "skip" : {}) ?? [];
  const mailboxes = useOrgQuery(api.inbox.mailboxes.queries.list, search.channelId === undefined ? "skip" : {}) ?? [];
  const account = useOrgQuery(
    api.inbox.mailboxes.queries.account,
    search.accountId === undefined ? "skip" : { accountId: search.accountId },
  );
  const gone = useGone(search);
  return (chip) => {
    if (gone.some((each) => each.chip === chip && each.why === "removed")) {
      return t(chip === "accountId" ? "filters.gone.account" : "filters.gone.mailbox");
    }
    switch (chip) {
      case "channelId":
        return mailboxes.find(({ id }) => id === search.channelId)?.name ?? t("filters.channelId");
      case "accountId":
        return account?.name ?? t("filters.accountId");
      case "status":
        return search.status === undefined ? "" : t(`threadStatus.${search.status}`);
      case "priority":
        return search.priority === undefined ? "" : t(`priorities.${search.priority}`);
      case "threadType":
        return search.threadType === undefined ? "" : t(`slaSettings.types.${search.threadType}`);
      case "tag":
        return `#${search.tag ?? ""}`;
      case "assigneeId":
        return members.find(({ memberId }) => memberId === search.assigneeId)?.name ?? t("filters.assigneeId");
      case "teamId":
        return teams.find(({ id }) => id === search.teamId)?.name ?? t("filters.teamId");
      case "isUnread":
        return t("filters.isUnread");
    }
  };
}
