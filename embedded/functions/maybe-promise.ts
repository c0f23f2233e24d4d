/** An answer that is usually there at once; awaiting it then would cost a turn. */
export type MaybePromise<T> = T | Promise<T>;

/** `next(value)`, at once if the value is there. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** `run()`, whether it answers at once or later; `onError` turns what it throws into a result. */
export function attempt<T>(run: () => MaybePromise<T>, onError: (error: unknown) => MaybePromise<T>): MaybePromise<T> {
  try {
    const result = run();
    return result instanceof Promise ? result.catch(onError) : result;
  } catch (error) {
    return onError(error);
  }
}
