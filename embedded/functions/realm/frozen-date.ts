/**
 * Replaces `Date` in `globals` by one whose "now" is `nowMs()`. Evaluated in whatever realm it is bundled for: import
 * nothing of the host here.
 */
export function installDate(globals: object, nowMs: () => number): void {
  const RealDate = Date;
  function FrozenDate(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(nowMs()).toString();
    return Reflect.construct(RealDate, args.length === 0 ? [nowMs()] : args, new.target);
  }
  Object.defineProperty(FrozenDate, "name", { value: "Date" });
  Object.defineProperty(FrozenDate, "length", { value: 7 });
  FrozenDate.prototype = RealDate.prototype;
  FrozenDate.now = () => Math.floor(nowMs());
  FrozenDate.UTC = RealDate.UTC;
  FrozenDate.parse = RealDate.parse;
  const hidden = { writable: true, configurable: true, enumerable: false };
  Object.defineProperty(RealDate.prototype, "constructor", { value: FrozenDate, ...hidden });
  Object.defineProperty(globals, "Date", { value: FrozenDate, ...hidden });
}
