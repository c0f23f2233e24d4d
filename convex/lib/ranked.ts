/**
 * The rows that get another position when `moved` is put before the one at `index` (0 = first) of `rows`, which are in
 * their order, with their positions: 1, 2, …
 */
export function repositioned<Row extends { _id: string; position: number }>(
  rows: readonly Row[],
  moved: Row,
  index: number,
): { row: Row; position: number }[] {
  const others = rows.filter(({ _id }) => _id !== moved._id);
  const ordered = others.toSpliced(Math.max(0, Math.trunc(index)), 0, moved);
  return ordered.map((row, at) => ({ row, position: at + 1 })).filter(({ row, position }) => row.position !== position);
}
