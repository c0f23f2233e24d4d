import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ENTRANCES, NO_TEMPLATE } from "../../../../convex/sequences/closedSets";
import { exitsOf } from "../../../../convex/sequences/flow/edges";
import { useLanguage } from "../../../lib/i18n";
import type { Condition, Flow, FlowNode, Place, Rest, Test } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { useTimingText, wholeUnit } from "../timing-text";

/** A length of time in words: "3 days". */
function useSpanText(): (minutes: number) => string {
  const language = useLanguage();
  return (minutes) => {
    const { amount, unit } = wholeUnit(minutes);
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
  };
}

function useRestText(): (rest: Rest) => string {
  const { t } = useTranslation();
  const timing = useTimingText();
  const span = useSpanText();
  return (rest) => {
    switch (rest.kind) {
      case "for":
        return t("builder.rest.forText", { span: span(rest.minutes) });
      case "local":
        return t("builder.rest.localText", { span: span(rest.days * 24 * 60), time: rest.at });
      case "date":
        return t("builder.rest.dateText", { key: rest.key === "" ? "…" : rest.key, time: rest.at });
      default:
        return t("builder.rest.untilText", { when: timing(rest) });
    }
  };
}

function testsOf(conditions: readonly Condition[]): Test[] {
  return conditions.flatMap(({ groups }) => groups.flatMap(({ tests }) => tests));
}

function conditionsOf(node: FlowNode): Condition[] {
  if (node.kind === "branch") return node.arms.map(({ condition }) => condition);
  return node.kind === "wait_for" && node.awaited.kind === "condition" ? [node.awaited.condition] : [];
}

/** The segments that conditions ask for, in words: "is in VIPs". */
function useSegmentTexts(flow: Flow): (conditions: readonly Condition[]) => string[] {
  const { t } = useTranslation();
  const isAsked = testsOf(flow.nodes.flatMap(conditionsOf)).some(({ kind }) => kind === "segment");
  const segments = useOrgQuery(api.contacts.segments.queries.options, isAsked ? {} : "skip");
  return (conditions) =>
    testsOf(conditions).flatMap((test) => {
      if (test.kind !== "segment") return [];
      const name = segments?.find(({ id }) => id === test.segmentId)?.name ?? "…";
      return [t(test.isIn ? "builder.says.segment.yes" : "builder.says.segment.no", { name })];
    });
}

/** The second line of a step: what it does, in one short sentence. */
export function useNodeText(flow: Flow): (node: FlowNode) => string {
  const { t } = useTranslation();
  const timing = useTimingText();
  const rest = useRestText();
  const span = useSpanText();
  const segments = useSegmentTexts(flow);
  const nameOf = (stepId: string | null) => flow.nodes.find((node) => node.stepId === stepId)?.name ?? "…";
  return (node) => {
    switch (node.kind) {
      case "message":
        return node.templateId === NO_TEMPLATE ? t("builder.noTemplate") : timing(node.timing);
      case "wait":
        return rest(node.rest);
      case "wait_for":
        return t("builder.waitForText", {
          what: segments(conditionsOf(node)).join(" · ") || t(`builder.awaited.${node.awaited.kind}`),
          span: span(node.timeoutMinutes),
        });
      case "branch":
        return [t("builder.ways", { count: node.arms.length + 1 }), ...segments(conditionsOf(node))].join(" · ");
      case "split":
        return node.arms.map(({ percent }) => `${percent} %`).join(" · ");
      case "limit":
        return t("builder.limitText", { count: node.people, span: span(node.perMinutes) });
      case "deed":
        return t(`builder.deeds.${node.deed.kind}`);
      case "jump":
        return t("builder.jumpText", { name: nameOf(node.next) });
      case "goal":
      case "exit":
        return t(`builder.kindTexts.${node.kind}`);
    }
  };
}

/** What a way out of a step is called. */
export function useWayText(): (node: FlowNode, way: string) => string {
  const { t } = useTranslation();
  return (node, way) => {
    if (node.kind === "wait_for") return t(way === "next" ? "builder.happened" : "builder.timeOver");
    if (node.kind === "branch" || node.kind === "split") {
      const arm = node.arms.find(({ armId }) => armId === way);
      if (arm === undefined) return t("builder.otherwise");
      const name = arm.name === "" ? t("builder.nameless") : arm.name;
      return "percent" in arm ? `${name} · ${arm.percent} %` : name;
    }
    return t("builder.then");
  };
}

/** What a place stands after: a step, the way out of one that has several, or an entrance. */
export function usePlaceText(): (flow: Flow, place: Place) => string {
  const { t } = useTranslation();
  const way = useWayText();
  return (flow, place) => {
    const node = flow.nodes.find(({ stepId }) => stepId === place.from);
    if (node !== undefined) return exitsOf(node).length > 1 ? way(node, place.way) : node.name;
    const entrance = ENTRANCES.find((known) => known === place.way) ?? "first";
    return t(`builder.entrances.${entrance}`);
  };
}
