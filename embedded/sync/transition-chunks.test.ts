import fc from "fast-check";
import { expect, test } from "vitest";
import { transitionFrames } from "./transition-chunks.ts";

const LIMIT = 16;

test("chunks hold at most the limit and join to the same text, whatever the characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const frames = transitionFrames(text, true, LIMIT);
      if (frames.length === 1 && frames[0] === text) {
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
        return;
      }
      const chunks = frames.map(
        (frame) => JSON.parse(frame) as { chunk: string; partNumber: number; totalParts: number },
      );
      expect(chunks.map(({ chunk }) => chunk).join("")).toBe(text);
      expect(chunks.map(({ partNumber }) => partNumber)).toEqual(chunks.map((_, index) => index));
      for (const { chunk, totalParts } of chunks) {
        expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(LIMIT);
        expect(totalParts).toBe(chunks.length);
      }
    }),
  );
});

test("old clients get one frame", () => {
  const text = "x".repeat(100);
  expect(transitionFrames(text, false, LIMIT)).toEqual([text]);
});
