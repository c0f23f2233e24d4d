import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Avatar } from "../../../components/ui/avatar";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { VirtualList } from "../../../components/ui/virtual-list";
import type { SegmentRule } from "../../../lib/api-types";
import { useOrgPaginatedQuery } from "../../../lib/org";
import { useTestText } from "./test-text";

type Member = FunctionReturnType<typeof api.contacts.segments.queries.members>["page"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 56;
/** So many rows fill the list. */
const ENOUGH = 15;
/** Pages looked through by themselves where few are in; then somebody asks for more. */
const OWN_PAGES = 10;

/** Whom a rule lets in, and because of what. Pages look at contacts, not at members: some find nobody. */
export function MemberList({ rule }: { rule: SegmentRule }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.segments.queries.members,
    { rule },
    { initialNumItems: PAGE_SIZE },
  );
  const lookedOn = useRef(0);
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  const atEnd = useCallback(() => {
    if (results.length >= ENOUGH) more();
  }, [results.length, more]);
  const looksOn = status === "CanLoadMore" && results.length < ENOUGH;
  // Before it is painted: the button below is for when it does not look on by itself.
  useLayoutEffect(() => {
    if (!looksOn || lookedOn.current >= OWN_PAGES) return;
    lookedOn.current += 1;
    more();
  }, [looksOn, more]);
  const lookOn = () => {
    lookedOn.current = 0;
    more();
  };
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  const foot = looksOn && (
    <p className="p-3">
      <Button onPress={lookOn}>{t("segments.lookOn")}</Button>
    </p>
  );
  if (results.length === 0) {
    if (status === "Exhausted") {
      return <EmptyState icon={Users} title={t("segments.noMembers")} text={t("segments.noMembersText")} />;
    }
    return foot || <p className="p-3 text-sm text-muted">{t("segments.looking")}</p>;
  }
  return (
    <VirtualList
      label={t("segments.members")}
      rows={results}
      idOf={(row) => row.id}
      rowHeight={ROW_HEIGHT_PX}
      onEnd={atEnd}
      renderRow={(row) => <Row row={row} />}
      footer={foot}
    />
  );
}

function Row({ row: { id, name, findings } }: { row: Member }) {
  const { t } = useTranslation();
  const text = useTestText();
  const because = findings.filter(({ holds }) => holds).map(({ test }) => text(test));
  return (
    <Link
      to="/contacts/$contactId"
      params={{ contactId: id }}
      data-testid="segment-member"
      className="flex h-full items-center gap-3 border-b border-line px-3 hover:bg-hover"
    >
      <Avatar name={name} />
      <span className="flex min-w-0 grow flex-col">
        <span className="truncate text-sm font-medium">{name}</span>
        <span className="truncate text-xs text-muted">
          {t("segments.inBecause")}: {because.join(" · ")}
        </span>
      </span>
    </Link>
  );
}
