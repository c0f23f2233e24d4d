import { ArrowDown, ArrowUp, BookmarkPlus, Bookmark, PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import type { SavedViewRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { DIALOG_COMING, later } from "../../../lib/later";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { type InboxSearch, searchKey, searchOf } from "../../../lib/search-params";
import { placeBeside } from "../../../lib/saved-view-order";
import { CHIPS } from "./filter-state";

const NameDialog = later(async () => (await import("./name-dialog")).NameDialog, { meanwhile: DIALOG_COMING });

/** Beside the title: keeps the filter under a name; on a view of one's own, changes it. */
export function SavedViewMenu({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const [isNaming, setIsNaming] = useState(false);
  const views = useOrgQuery(api.inbox.savedViews.queries.list, {});
  const key = searchKey(search);
  const view = views?.find(({ filter }) => searchKey(searchOf(filter)) === key);
  const isNarrowed =
    search.channel !== undefined || search.order !== undefined || CHIPS.some((chip) => search[chip] !== undefined);
  if (views === undefined || (view === undefined && !isNarrowed) || view?.isOwn === false) return null;
  return (
    <>
      {view === undefined ? (
        <IconButton
          size="sm"
          label={t("savedViews.save")}
          icon={<BookmarkPlus aria-hidden size={15} />}
          onPress={() => setIsNaming(true)}
        />
      ) : (
        <OwnViewMenu view={view} views={views} onRename={() => setIsNaming(true)} />
      )}
      {isNaming && <NameDialog view={view ?? null} search={search} onClose={() => setIsNaming(false)} />}
    </>
  );
}

type OwnViewMenuProps = { view: SavedViewRow; views: readonly SavedViewRow[]; onRename: () => void };

function OwnViewMenu({ view, views, onRename }: OwnViewMenuProps) {
  const { t } = useTranslation();
  const place = useOrgMutation(api.inbox.savedViews.mutations.place);
  const save = useOrgMutation(api.inbox.savedViews.mutations.save);
  const remove = useOrgMutation(api.inbox.savedViews.mutations.remove);
  const viewId: Id<"savedViews"> = view.id;
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const removeWithUndo = async () => {
    try {
      await remove({ viewId });
    } catch (thrown) {
      fail(thrown);
      return;
    }
    const { name, isShared, team, filter } = view;
    const again = { name, isShared, filter, ...(team === null ? {} : { teamId: team.id }) };
    toast(t("savedViews.removed", { name }), { undo: () => void save(again).catch(fail) });
  };
  const move = (by: 1 | -1) => {
    const beforeId = placeBeside(views, view, by);
    if (beforeId !== undefined) void place({ viewId, beforeId }).catch(fail);
  };
  const items = [
    { id: "rename", label: t("savedViews.change"), icon: <PencilLine size={14} />, onAction: onRename },
    {
      id: "up",
      label: t("savedViews.up"),
      icon: <ArrowUp size={14} />,
      onAction: () => move(-1),
    },
    {
      id: "down",
      label: t("savedViews.down"),
      icon: <ArrowDown size={14} />,
      onAction: () => move(1),
    },
    {
      id: "remove",
      label: t("savedViews.remove"),
      icon: <Trash2 size={14} />,
      isDanger: true,
      onAction: () => void removeWithUndo(),
    },
  ];
  const label = t("savedViews.menu", { name: view.name });
  return (
    <Menu
      label={label}
      groups={[{ id: "view", items }]}
      trigger={<IconButton size="sm" isActive label={label} icon={<Bookmark aria-hidden size={15} />} />}
    />
  );
}
