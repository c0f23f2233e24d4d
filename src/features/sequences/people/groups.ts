import type { SequenceRow, StepPeopleGroup } from "../../../lib/api-types";

export type FigureName = keyof SequenceRow["figures"];

/** Whose names stand behind a figure of a step; empty where it is a sum of others. */
export function groupsOfStep(stepId: string, figure: FigureName, isMessage: boolean): StepPeopleGroup[] {
  switch (figure) {
    case "waiting":
      return [{ kind: "here", stepId }];
    case "planned":
      return [
        { kind: "run", stepId, state: "planned" },
        { kind: "run", stepId, state: "waiting" },
      ];
    case "skipped":
      return [
        { kind: "run", stepId, state: "skipped" },
        { kind: "run", stepId, state: "cancelled" },
      ];
    case "sent":
    case "failed":
      return [{ kind: "run", stepId, state: figure }];
    case "delivered":
    case "opened":
    case "clicked":
    case "replied":
      return [{ kind: "outcome", stepId, outcome: figure }];
    case "passed":
    case "converted":
      return isMessage ? [] : [{ kind: "decided", stepId }];
    case "active":
    case "entered":
      return [];
  }
}

/** The same of a whole journey: its people. */
export function groupsOfJourney(figure: FigureName): StepPeopleGroup[] {
  if (figure === "active") return [{ kind: "enrolment", state: "active" }];
  if (figure !== "passed") return [];
  return [
    { kind: "enrolment", state: "completed" },
    { kind: "enrolment", state: "exited" },
  ];
}
