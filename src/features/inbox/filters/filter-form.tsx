import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { useCan, useOrgQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";
import { AccountFilter } from "./account-filter";

const ANY = "any";

/** The conditions of the list, one field each. */
export function FilterForm({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = (useOrgQuery(api.inbox.teams.queries.list, {}) ?? []).filter(({ isArchived }) => !isArchived);
  const mailboxes = useOrgQuery(api.inbox.mailboxes.queries.list, {}) ?? [];
  const mayReadContacts = useCan("contacts.read");
  const change = (conditions: { [K in keyof InboxSearch]?: InboxSearch[K] | string | undefined }) => {
    void navigate({ to: "/inbox", search: { ...search, ...conditions } as InboxSearch });
  };
  const anyOr = (values: readonly { id: string; label: string }[]) => [{ id: ANY, label: t("filters.any") }, ...values];
  const chosen = (value: string) => (value === ANY ? undefined : value);
  return (
    <div className="flex flex-col gap-3">
      <Select
        label={t("filters.status")}
        options={anyOr(THREAD_STATUSES.map((id) => ({ id, label: t(`threadStatus.${id}`) })))}
        value={search.status ?? ANY}
        onChange={(status) => change({ status: chosen(status) })}
      />
      <Select
        label={t("filters.priority")}
        options={anyOr(PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) })))}
        value={search.priority ?? ANY}
        onChange={(priority) => change({ priority: chosen(priority) })}
      />
      <Select
        label={t("filters.threadType")}
        options={anyOr(THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) })))}
        value={search.threadType ?? ANY}
        onChange={(threadType) => change({ threadType: chosen(threadType) })}
      />
      <Select
        label={t("filters.assigneeId")}
        options={anyOr(members.map(({ memberId, name }) => ({ id: memberId, label: name })))}
        value={search.assigneeId ?? ANY}
        onChange={(assigneeId) => change({ assigneeId: chosen(assigneeId) })}
      />
      {teams.length > 0 && (
        <Select
          label={t("filters.teamId")}
          options={anyOr(teams.map(({ id, name }) => ({ id, label: name })))}
          value={search.teamId ?? ANY}
          onChange={(teamId) => change({ teamId: chosen(teamId) })}
        />
      )}
      {mailboxes.length > 1 && (
        <Select
          label={t("filters.channelId")}
          options={anyOr(mailboxes.map(({ id, name }) => ({ id, label: name })))}
          value={search.channelId ?? ANY}
          onChange={(channelId) => change({ channelId: chosen(channelId) })}
        />
      )}
      {mayReadContacts && (
        <AccountFilter accountId={search.accountId} onChange={(accountId) => change({ accountId })} />
      )}
      <TextField
        label={t("filters.tag")}
        defaultValue={search.tag ?? ""}
        onKeyDown={(event) => {
          if (event.key === "Enter") change({ tag: chosenText(event.target) });
        }}
        onBlur={(event) => {
          if (chosenText(event.target) !== search.tag) change({ tag: chosenText(event.target) });
        }}
      />
      <Checkbox
        isSelected={search.isUnread === true}
        onChange={(isOn) => change({ isUnread: isOn ? true : undefined })}
      >
        {t("filters.isUnread")}
      </Checkbox>
    </div>
  );
}

function chosenText(field: EventTarget): string | undefined {
  const text = field instanceof HTMLInputElement ? field.value.trim() : "";
  return text === "" ? undefined : text;
}
