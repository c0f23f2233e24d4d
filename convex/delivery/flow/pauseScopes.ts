import type { PauseScope } from "./schema";
import type { MessageSource } from "../schema";

// What a pause is about. Pure.

/** True when both stop the same. */
export function sameScope(a: PauseScope, b: PauseScope): boolean {
  return pauseText(a) === pauseText(b);
}

/** A scope in words, for records: "channel sms", "source sequence abc". */
export function pauseText(scope: PauseScope): string {
  switch (scope.kind) {
    case "connection":
      return `connection ${scope.connectionId}`;
    case "channel":
      return `channel ${scope.channel}`;
    case "source":
      return scope.id === undefined ? `source ${scope.sourceKind}` : `source ${scope.sourceKind} ${scope.id}`;
  }
}

/** The ids by which one source of a kind can be paused: a sequence or one person in it, an API key, a system's name. */
export function sourceIdsOf(source: MessageSource): readonly string[] {
  switch (source.kind) {
    case "sequence":
      return [source.sequenceId, source.enrolmentId];
    case "api":
      return [source.apiKeyId];
    case "system":
      return [source.name];
    case "agent":
    case "test":
      return [source.memberId];
  }
}
