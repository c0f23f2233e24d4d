/** Rows as a job reads them that goes through a table by creation time. */
export type CreatedRows<Row> = {
  /** Rows created after an instant, oldest first, at most `limit`. */
  after(instant: number, limit: number): Promise<Row[]>;
  /** All rows created at exactly this instant. */
  at(instant: number): Promise<Row[]>;
};

/**
 * The next rows after `instant`, oldest first: at least `limit` of them while there are as many, and never a part of those
 * of one instant. Transactions of the same millisecond give their rows the same creation time, so who goes on after the
 * last one read would skip the rest of its instant.
 */
export async function wholeInstants<Row extends { _creationTime: number }>(
  rows: CreatedRows<Row>,
  instant: number,
  limit: number,
): Promise<Row[]> {
  const first = await rows.after(instant, limit);
  const last = first.at(-1);
  if (last === undefined || first.length < limit) return first;
  const before = first.filter(({ _creationTime }) => _creationTime < last._creationTime);
  return [...before, ...(await rows.at(last._creationTime))];
}
