import { ListChecks, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { TaskDialog } from "../../components/tasks/task-dialog";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import { TASK_VIEWS, type TaskView } from "../../lib/search-params";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { TaskCard } from "./task-card";

const PAGE_SIZE = 25;
const NEW_KEYS = "c";

type TasksScreenProps = { status: TaskView; onStatus: (status: TaskView) => void };

/** Work for people: what went wrong and needs somebody, and what colleagues asked for. */
export function TasksScreen({ status, onStatus }: TasksScreenProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("tasks.edit");
  const [isNew, setIsNew] = useState(false);
  useTitle(t("tasks.title"));
  const add = () => setIsNew(true);
  useShortcuts(mayEdit ? [{ id: "newTask", keys: NEW_KEYS, label: t("tasks.new"), group: "list", run: add }] : []);
  const actions = mayEdit && (
    <Button variant="primary" keys={NEW_KEYS} icon={<Plus aria-hidden size={14} />} onPress={add}>
      {t("tasks.new")}
    </Button>
  );
  return (
    <Page title={t("tasks.title")} description={t("tasks.description")} actions={actions}>
      <Tabs
        label={t("tasks.statuses")}
        tabs={TASK_VIEWS.map((id) => ({ id, label: t(`tasks.views.${id}`) }))}
        value={status}
        onChange={onStatus}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <TaskList key={status} status={status} />
      </Tabs>
      {isNew && <TaskDialog task={null} onClose={() => setIsNew(false)} />}
    </Page>
  );
}

function TaskList({ status }: { status: TaskView }) {
  const { t } = useTranslation();
  const tasks = useOrgPaginatedQuery(api.tasks.queries.inView, { view: status }, { initialNumItems: PAGE_SIZE });
  if (tasks.status === "LoadingFirstPage") return <SkeletonRows />;
  if (tasks.results.length === 0) {
    return <EmptyState icon={ListChecks} title={t("tasks.empty")} text={t("tasks.emptyText")} />;
  }
  return (
    <div className="min-h-0 grow overflow-y-auto px-6 py-4 max-md:px-4">
      <ul className="mx-auto flex max-w-4xl flex-col gap-3">
        {tasks.results.map((task) => (
          <TaskCard key={task.id} task={task} />
        ))}
      </ul>
      {tasks.status === "CanLoadMore" && (
        <Button className="mx-auto mt-4 flex" onPress={() => tasks.loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}
