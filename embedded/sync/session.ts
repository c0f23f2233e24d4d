import type { Clock } from "../clock.ts";
import type { Database } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import type { FunctionCall, FunctionError, FunctionRunner, Identity } from "../functions/types.ts";
import {
  type Authenticate,
  type ClientMessage,
  type Connect,
  type Credentials,
  type FunctionRequest,
  parseClientMessage,
} from "./client-messages.ts";
import { ClientView } from "./client-view.ts";
import { connectionEnd, isAuthRefusal } from "./connection-end.ts";
import { Inbox } from "./inbox.ts";
import { KeptValues } from "./kept-values.ts";
import { MutationQueue } from "./mutation-queue.ts";
import { sessionRequestId } from "./query-run.ts";
import {
  clientErrorMessage,
  clientLogLines,
  encodeAroundValue,
  encodeServerMessage,
  type FunctionResult,
  type ServerMessage,
  type TextAround,
} from "./server-messages.ts";
import type { SharedSubscriptions } from "./shared-subscriptions.ts";
import { isOneFrame, transitionFrames } from "./transition-chunks.ts";
import { TransitionPump } from "./transition-pump.ts";

// Convex's bound for one socket (convex-facts a.5).
const INFLIGHT_ACTIONS = 1000;

// Wall time of one mutation, its retries included (convex-facts a.5).
const LONGEST_MUTATION_MS = 60_000;

/** What a session needs of the socket under it. */
export interface SessionLink {
  /** `onSent` is called when the frame has been handed to the network. */
  send(frame: string, onSent?: () => void): void;
  /** The same for a frame around a value that other clients may be sent at the same time. */
  sendAround(frame: TextAround, onSent?: () => void): void;
  close(code: number | null, reason: string): void;
  /** Told whenever the characters of messages that are not dealt with yet change in number. */
  backlog(chars: number): void;
}

export interface SessionDeps {
  database: Pick<Database, "latestTs" | "durable" | "isDurable">;
  runner: Pick<FunctionRunner, "query" | "mutation" | "action">;
  subscriptions: SharedSubscriptions;
  clock: Pick<Clock, "nowMs">;
  /** Throws DeveloperError for credentials that are refused. */
  authenticate(credentials: Credentials): Promise<Identity>;
  /** An error that ends a session and is not the client's doing. */
  onInternalError(error: unknown): void;
  /** Wall time for transport measurements, which a test clock must not bend. Milliseconds. */
  wallMs(): number;
}

/** Who is at the other end, and what it understands beside the protocol's first version. */
export interface SessionClient {
  ip: string | null;
  userAgent: string | null;
  /** Cuts of large Transitions. */
  knowsChunks: boolean;
  /** Values told as what has changed since the last one. */
  keepsValues: boolean;
}

/** Each state carries only what exists in it. */
type SessionState =
  | { kind: "awaitingConnect" }
  | { kind: "connected"; sessionId: string; clientClockSkewMs: number | null }
  | { kind: "closed" };

/**
 * One WebSocket connection of the sync protocol (convex-facts a). Messages are handled strictly in order: what follows
 * an Authenticate waits for its verification.
 */
export class SyncSession {
  #state: SessionState = { kind: "awaitingConnect" };
  #identity: Identity = { kind: "anonymous" };
  readonly #inbox = new Inbox((frame) => this.#take(frame));
  #inflightActions = 0;
  #backlog = 0;
  readonly #view = new ClientView();
  readonly #kept = new KeptValues();
  readonly #pump: TransitionPump;
  readonly #mutations: MutationQueue;

  constructor(
    private readonly deps: SessionDeps,
    private readonly link: SessionLink,
    private readonly client: SessionClient,
  ) {
    this.#mutations = new MutationQueue(
      (error) => this.fail(error),
      () => deps.wallMs(),
    );
    this.#pump = new TransitionPump({
      ...deps,
      view: this.#view,
      client: this.#callerInfo(),
      identity: () => this.#checkedIdentity(),
      send: (transition, onSent) => this.#sendTransition({ ...transition, type: "Transition" }, onSent),
      fail: (error) => this.fail(error),
    });
  }

  /** Takes one text frame. */
  receive(text: string): void {
    this.#hold(text.length);
    this.#inbox.push(text);
  }

  /** Called every few seconds. Ends the connection when a mutation takes too long: the client will ask again. */
  beat(): void {
    if (this.#mutations.taskMs > LONGEST_MUTATION_MS) this.fail(new Error("A mutation took longer than 60 s"));
  }

  /** The socket is gone, or is about to be closed by the server. */
  end(): void {
    this.#state = { kind: "closed" };
    this.#pump.stop();
    this.#mutations.stop();
  }

  /** Ends the connection because of an error (convex-facts a.7, a.8). */
  fail(error: unknown): void {
    if (this.#isClosed()) return;
    if (error instanceof TokenExpired) {
      this.#sendAuthError(error.message, false);
      return this.#close(null, "");
    }
    const end = connectionEnd(error);
    if (!(error instanceof DeveloperError)) this.deps.onInternalError(error);
    if (end.fatalError !== null) this.#send({ type: "FatalError", error: end.fatalError });
    this.#close(end.code, end.reason);
  }

  /** Counts a message as work that waits until it is released. */
  #hold(chars: number): void {
    this.#backlog += chars;
    this.link.backlog(this.#backlog);
  }

  #release(chars: number): void {
    this.#hold(-chars);
  }

  /** Deals with one frame; a promise where that takes longer. */
  #take(frame: string): Promise<void> | null {
    const { length } = frame;
    try {
      const going = this.#isClosed() ? undefined : this.#handle(parseClientMessage(frame), length);
      if (going instanceof Promise) {
        return going.catch((error: unknown) => this.fail(error)).then(() => this.#release(length));
      }
    } catch (error) {
      this.fail(error);
    }
    this.#release(length);
    return null;
  }

  #handle(message: ClientMessage, chars: number): Promise<void> | void {
    if (message.type === "Event") return;
    if (message.type === "Connect") return this.#connect(message);
    if (this.#state.kind !== "connected") {
      throw new DeveloperError("WSMessageInvalidJson", `${message.type} received before Connect`);
    }
    switch (message.type) {
      case "ModifyQuerySet":
        for (const query of this.#view.modifyQuerySet(message)) this.#pump.forget(query);
        return this.#pump.request();
      case "Authenticate":
        return this.#authenticate(message);
      case "Mutation":
        return this.#mutation(this.#state.sessionId, message, chars);
      case "Action":
        return this.#action(this.#state.sessionId, message, chars);
    }
  }

  #connect(message: Connect): void {
    if (this.#state.kind !== "awaitingConnect") throw new DeveloperError("WSMessageInvalidJson", "Connect sent twice");
    const observed = message.maxObservedTimestamp;
    if (observed !== null && observed > this.deps.database.latestTs) {
      throw new Error("The client has seen a timestamp later than the latest commit; was the data folder replaced?");
    }
    const clientClockSkewMs = message.clientTs === null ? null : Math.round(message.clientTs - this.deps.wallMs());
    this.#state = { kind: "connected", sessionId: message.sessionId, clientClockSkewMs };
  }

  async #authenticate(message: Authenticate): Promise<void> {
    this.#view.checkIdentityBase(message.baseVersion);
    try {
      this.#identity = await this.deps.authenticate(message.credentials);
    } catch (error) {
      if (!isAuthRefusal(error)) throw error;
      this.#sendAuthError(error.message, true);
      return this.#close(null, "");
    }
    this.#view.identityChanged();
    this.#pump.request();
  }

  #mutation(sessionId: string, request: FunctionRequest, chars: number): void {
    const call = this.#call(sessionId, request);
    this.#hold(chars);
    this.#mutations.push(() => this.#runMutation(call, { sessionId, requestId: request.requestId }, chars));
  }

  async #runMutation(call: FunctionCall, session: { sessionId: string; requestId: number }, chars: number) {
    let outcome;
    try {
      outcome = await this.deps.runner.mutation({ ...call, session });
    } finally {
      this.#release(chars);
    }
    if (this.#isClosed()) return;
    const result = functionResult(outcome, call.requestId);
    const ts = outcome.ok ? outcome.ts : null;
    const logLines = clientLogLines(outcome.logLines);
    this.#send({ type: "MutationResponse", requestId: session.requestId, result, ts, logLines });
    this.#pump.request();
  }

  #action(sessionId: string, request: FunctionRequest, chars: number): void {
    if (this.#inflightActions >= INFLIGHT_ACTIONS) {
      throw new DeveloperError(
        "TooManyInflightActionsForSingleClient",
        `Too many concurrent actions. Only up to ${INFLIGHT_ACTIONS} pending actions allowed on a single websocket.`,
        429,
      );
    }
    this.#inflightActions++;
    this.#hold(chars);
    this.#runAction(request, this.#call(sessionId, request))
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#inflightActions--;
        this.#release(chars);
      });
  }

  async #runAction(request: FunctionRequest, call: FunctionCall): Promise<void> {
    const outcome = await this.deps.runner.action(call);
    if (this.#isClosed()) return;
    const result = functionResult(outcome, call.requestId);
    const logLines = clientLogLines(outcome.logLines);
    this.#send({ type: "ActionResponse", requestId: request.requestId, result, logLines });
    this.#pump.request();
  }

  #call(sessionId: string, request: FunctionRequest): FunctionCall {
    return {
      component: request.componentPath,
      path: request.udfPath,
      args: request.args,
      identity: this.#checkedIdentity(),
      requestId: sessionRequestId(sessionId, request.requestId),
      caller: "SyncWorker",
      client: this.#callerInfo(),
    };
  }

  // Expiry is noticed when the identity is next needed, without leeway (convex-facts a.7, h.2).
  #checkedIdentity(): Identity {
    if (this.#identity.kind === "user" && this.deps.clock.nowMs() >= this.#identity.expiresAtMs)
      throw new TokenExpired();
    return this.#identity;
  }

  #callerInfo(): { ip: string | null; userAgent: string | null } {
    return { ip: this.client.ip, userAgent: this.client.userAgent };
  }

  #sendTransition(
    transition: Omit<Extract<ServerMessage, { type: "Transition" }>, "clientClockSkewMs" | "serverTimeNs">,
    onSent: () => void,
  ): void {
    const clientClockSkewMs = this.#state.kind === "connected" ? this.#state.clientClockSkewMs : null;
    const serverTimeNs = Math.round(this.deps.wallMs() * 1e6);
    const message = { ...transition, clientClockSkewMs, serverTimeNs };
    const { keepsValues, knowsChunks } = this.client;
    const { modifications } = message;
    const told = keepsValues ? { ...message, modifications: this.#kept.prepare(modifications) } : message;
    const around = encodeAroundValue(told);
    const length = around === null ? 0 : around.before.length + around.value.length + around.after.length;
    if (around !== null && isOneFrame(length, knowsChunks)) return this.link.sendAround(around, onSent);
    const text = encodeServerMessage(told);
    if (isOneFrame(text.length, knowsChunks)) return this.link.send(text, onSent);
    // What is cut is told as every client understands it.
    this.#kept.forget();
    const frames = transitionFrames(keepsValues ? encodeServerMessage(message) : text, knowsChunks);
    frames.forEach((frame, index) => this.link.send(frame, index === frames.length - 1 ? onSent : undefined));
  }

  #sendAuthError(error: string, authUpdateAttempted: boolean): void {
    this.#send({ type: "AuthError", error, baseVersion: this.#view.identityVersion, authUpdateAttempted });
  }

  #send(message: ServerMessage): void {
    this.link.send(encodeServerMessage(message));
  }

  #close(code: number | null, reason: string): void {
    this.end();
    this.link.close(code, reason);
  }

  // A method, because the compiler believes #state cannot change across an await.
  #isClosed(): boolean {
    return this.#state.kind === "closed";
  }
}

class TokenExpired extends Error {
  constructor() {
    super("Convex token identity expired");
  }
}

/** Throws DeveloperError when the system refused: then the connection ends and the client sends the request again. */
function functionResult(
  outcome: { ok: true; value: string } | { ok: false; error: FunctionError },
  requestId: string,
): FunctionResult {
  if (outcome.ok) return { ok: true, value: outcome.value };
  const { message, data, code } = outcome.error;
  if (code !== undefined) throw new DeveloperError(code, message, 503);
  return {
    ok: false,
    errorMessage: clientErrorMessage(requestId, message),
    ...(data === undefined ? {} : { errorData: data }),
  };
}
