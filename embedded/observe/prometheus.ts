type Labels = Record<string, string>;

interface Family {
  help: string;
  type: "counter" | "gauge" | "histogram";
  /** Sample lines without their values, and the values. */
  samples: Map<string, number>;
}

/** Numbers by name and labels, as Prometheus reads them (text exposition format 0.0.4). */
export class MetricSet {
  readonly #families = new Map<string, Family>();

  /** Adds to a counter; names end in `_total`. */
  count(name: string, help: string, labels: Labels = {}, by = 1): void {
    const { samples } = this.#family(name, help, "counter");
    const key = name + labelText(labels);
    samples.set(key, (samples.get(key) ?? 0) + by);
  }

  set(name: string, help: string, value: number, labels: Labels = {}): void {
    this.#family(name, help, "gauge").samples.set(name + labelText(labels), value);
  }

  /** Puts one observation into a histogram with these upper bounds, ascending. */
  observe(name: string, help: string, value: number, bounds: readonly number[], labels: Labels = {}): void {
    const { samples } = this.#family(name, help, "histogram");
    const add = (key: string, by: number) => samples.set(key, (samples.get(key) ?? 0) + by);
    for (const bound of bounds)
      add(`${name}_bucket${labelText({ ...labels, le: String(bound) })}`, value <= bound ? 1 : 0);
    add(`${name}_bucket${labelText({ ...labels, le: "+Inf" })}`, 1);
    add(`${name}_sum${labelText(labels)}`, value);
    add(`${name}_count${labelText(labels)}`, 1);
  }

  text(): string {
    let text = "";
    for (const [name, { help, type, samples }] of this.#families) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
      for (const [key, value] of samples) text += `${key} ${value}\n`;
    }
    return text;
  }

  #family(name: string, help: string, type: Family["type"]): Family {
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, (family = { help, type, samples: new Map() }));
    return family;
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
