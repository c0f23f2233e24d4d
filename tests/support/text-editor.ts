import type { Schema } from "@tiptap/pm/model";
import { EditorState, type Transaction } from "@tiptap/pm/state";
import { Step } from "@tiptap/pm/transform";
import { collab, getVersion, receiveTransaction, sendableSteps } from "prosemirror-collab";

type Edit = { version: number; clientId: string; steps: string[] };
type Steps = { steps: string[]; clientIds: (string | number)[] };

/** How an editor reaches the text it shares: `sync` answers what came before when that was something. */
export type TextServer = {
  after: (version: number) => Promise<Steps>;
  submit: (edit: Edit) => Promise<{ status: "synced" } | ({ status: "needs-rebase" } & Steps)>;
};

/** An editor as the browser has it: a state of its own, and the server only when it pulls or pushes. */
export class TextEditor {
  state: EditorState;

  constructor(
    private readonly schema: Schema,
    private readonly clientId: string,
    private readonly server: TextServer,
    found: { content: string; version: number },
  ) {
    this.state = EditorState.create({
      doc: schema.nodeFromJSON(JSON.parse(found.content)),
      plugins: [collab({ version: found.version, clientID: clientId })],
    });
  }

  /** Changes the text here. */
  change(how: (state: EditorState) => Transaction): void {
    this.state = this.state.apply(how(this.state));
  }

  async pull(): Promise<void> {
    const { steps, clientIds } = await this.server.after(this.version());
    this.receive(steps, clientIds);
  }

  /** One try to hand on what was done here; null when there is nothing. */
  async push(): Promise<"synced" | "needs-rebase" | null> {
    const sendable = sendableSteps(this.state);
    if (sendable === null) return null;
    const steps = sendable.steps.map((step) => JSON.stringify(step.toJSON()));
    const answer = await this.server.submit({ version: sendable.version, clientId: this.clientId, steps });
    if (answer.status === "synced") {
      this.receive(
        steps,
        steps.map(() => this.clientId),
      );
    } else this.receive(answer.steps, answer.clientIds);
    return answer.status;
  }

  /** Nothing is left to hand on. */
  isClean(): boolean {
    return sendableSteps(this.state) === null;
  }

  version(): number {
    return getVersion(this.state);
  }

  /** The document as JSON text. */
  json(): string {
    return JSON.stringify(this.state.doc.toJSON());
  }

  private receive(steps: string[], clients: (string | number)[]): void {
    const read = steps.map((step) => Step.fromJSON(this.schema, JSON.parse(step)));
    this.state = this.state.apply(receiveTransaction(this.state, read, clients));
  }
}

/** Hands everything on that any of them did, until all have the same. */
export async function settleEditors(editors: readonly TextEditor[]): Promise<void> {
  for (const editor of editors) while (!editor.isClean()) await editor.push();
  for (const editor of editors) await editor.pull();
}
