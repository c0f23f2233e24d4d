import { expect, test } from "vitest";
import { Inbox } from "./inbox.ts";

test("what is dealt with at once is done when push returns; nothing overtakes what takes longer", async () => {
  const done: string[] = [];
  let finish = () => {};
  const inbox = new Inbox((frame) => {
    if (frame !== "slow") {
      done.push(frame);
      return null;
    }
    return new Promise<void>((resolve) => (finish = resolve)).then(() => void done.push(frame));
  });
  inbox.push("a");
  expect(done).toEqual(["a"]);
  inbox.push("slow");
  inbox.push("b");
  expect(done).toEqual(["a"]);
  finish();
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(done).toEqual(["a", "slow", "b"]);
  inbox.push("c");
  expect(done).toEqual(["a", "slow", "b", "c"]);
});
