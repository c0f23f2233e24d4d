import { ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { useOrgPaginatedQuery } from "../../lib/org";
import { TASK_VIEWS, type TaskView } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { TaskCard } from "./task-card";

const PAGE_SIZE = 25;

type TasksScreenProps = { status: TaskView; onStatus: (status: TaskView) => void };

/** Work for people: what went wrong and needs somebody, and what colleagues asked for. */
export function TasksScreen({ status, onStatus }: TasksScreenProps) {
  const { t } = useTranslation();
  useTitle(t("tasks.title"));
  return (
    <Page title={t("tasks.title")} description={t("tasks.description")}>
      <Tabs
        label={t("tasks.statuses")}
        tabs={TASK_VIEWS.map((id) => ({ id, label: t(`tasks.status.${id}`) }))}
        value={status}
        onChange={onStatus}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <TaskList key={status} status={status} />
      </Tabs>
    </Page>
  );
}

function TaskList({ status }: { status: TaskView }) {
  const { t } = useTranslation();
  const tasks = useOrgPaginatedQuery(api.tasks.queries.list, { status }, { initialNumItems: PAGE_SIZE });
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
