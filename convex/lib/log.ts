type LogValue = string | number | boolean | null | undefined;

/**
 * One line of structured log. The only place that writes to the console: facts go in by name, so that nobody logs a
 * whole document with its secrets by accident.
 */
export const log = {
  warn: (event: string, facts: Record<string, LogValue> = {}) => console.warn(line(event, facts)),
  error: (event: string, facts: Record<string, LogValue> = {}) => console.error(line(event, facts)),
};

/** The message of anything thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function line(event: string, facts: Record<string, LogValue>): string {
  return JSON.stringify({ event, ...facts });
}
