import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { TemplateList } from "../features/templates/template-list";
import { TemplateScreen } from "../features/templates/template-screen";

export function TemplatesRoute() {
  return <TemplateList />;
}

export function TemplateRoute() {
  const { templateId } = useParams({ from: "/templates/$templateId" });
  return <TemplateScreen templateId={templateId as Id<"templates">} />;
}
