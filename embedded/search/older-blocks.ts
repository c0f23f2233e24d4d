import type Sqlite from "libsql";
import { packBlock, type Posting } from "./posting-block.ts";

// Files written before there was the table `packed_postings` have `posting_blocks`: wider numbers, the creation times
// among them, and less known of a block.

const HEADER_BYTES = 8;

type OlderBlock = [ix: number, part: Buffer, term: Buffer, first: number, size: number, data: Buffer];
type Place = OlderBlock extends [...infer Key, number, Buffer] ? Key : never;

/** Blocks rewritten between two looks into the older table: what is in memory at once stays small. */
const BLOCKS_AT_ONCE = 256;

/** Packs the blocks of an older file anew and removes their table. Within a transaction of the caller's. */
export function repackOlderBlocks(db: Sqlite.Database): void {
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'posting_blocks'").get() === undefined) return;
  const next = db
    .prepare(
      `SELECT ix, part, term, first, size, data FROM posting_blocks WHERE (ix, part, term, first) > (?, ?, ?, ?)
       ORDER BY ix, part, term, first LIMIT ${BLOCKS_AT_ONCE}`,
    )
    .raw(true);
  const insertData = db.prepare("INSERT INTO posting_data (data, times) VALUES (?, ?)");
  const insert = db.prepare("INSERT INTO packed_postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  let after: Place = [-1, Buffer.alloc(0), Buffer.alloc(0), 0];
  for (;;) {
    const blocks = next.all(after) as OlderBlock[];
    for (const [ix, part, term, base, size, bytes] of blocks) {
      const { facts, data, times } = packBlock(olderPostings(base, size, bytes));
      const { first, last, newest, peaks } = facts;
      const { lastInsertRowid } = insertData.run([data, times]);
      insert.run([ix, part, term, first, last, size, newest, peaks, lastInsertRowid]);
      after = [ix, part, term, base];
    }
    if (blocks.length < BLOCKS_AT_ONCE) break;
  }
  db.exec("DROP TABLE posting_blocks");
}

/** Column by column: creation times (8 bytes each), rows less the first (4), occurrences and tokens (2 or 4), digests. */
function olderPostings(base: number, size: number, data: Buffer): Posting[] {
  const [width, filterBytes] = [data.readUInt32LE(0), data.readUInt32LE(4)];
  const docs = HEADER_BYTES + 8 * size;
  const tfs = docs + 4 * size;
  const lengths = tfs + width * size;
  const filters = lengths + width * size;
  return Array.from({ length: size }, (_, i) => ({
    doc: base + data.readUInt32LE(docs + 4 * i),
    tf: data.readUIntLE(tfs + width * i, width),
    length: data.readUIntLE(lengths + width * i, width),
    created: data.readDoubleLE(HEADER_BYTES + 8 * i),
    filters: data.subarray(filters + filterBytes * i, filters + filterBytes * (i + 1)),
  }));
}
