import { useNavigate, useSearch } from "@tanstack/react-router";
import { TasksScreen } from "../features/tasks/tasks-screen";

export function TasksRoute() {
  const { status } = useSearch({ from: "/tasks" });
  const navigate = useNavigate();
  return <TasksScreen status={status} onStatus={(next) => void navigate({ to: "/tasks", search: { status: next } })} />;
}
