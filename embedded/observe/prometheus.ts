type Labels = Record<string, string>;

/** A number that only grows. Made once and kept by whoever counts, so that counting is an addition. */
export class Counter {
  value = 0;

  add(by = 1): void {
    this.value += by;
  }
}

/** Observations by size. */
export class Histogram {
  /** Observations that fit each bound and no smaller one; those above all bounds are only in `count`. */
  readonly fits: number[];
  count = 0;
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.fits = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const place = this.bounds.findIndex((bound) => value <= bound);
    if (place >= 0) this.fits[place] = (this.fits[place] ?? 0) + 1;
  }
}

interface Family {
  help: string;
  type: "counter" | "gauge" | "histogram";
  /** By the text of the labels. */
  series: Map<string, { labels: Labels; metric: Counter | Histogram }>;
}

/** Numbers by name and labels, as Prometheus reads them (text exposition format 0.0.4). */
export class MetricSet {
  readonly #families = new Map<string, Family>();

  /** Names end in `_total`. The same name and labels give the same counter. */
  counter(name: string, help: string, labels: Labels = {}): Counter {
    const made = this.#series(name, help, "counter", labels, () => new Counter());
    if (made instanceof Counter) return made;
    throw new Error(`${name} is no counter`);
  }

  /** `bounds` are upper bounds, ascending. */
  histogram(name: string, help: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    const made = this.#series(name, help, "histogram", labels, () => new Histogram(bounds));
    if (made instanceof Histogram) return made;
    throw new Error(`${name} is no histogram`);
  }

  /** A number that goes up and down. */
  set(name: string, help: string, value: number, labels: Labels = {}): void {
    const made = this.#series(name, help, "gauge", labels, () => new Counter());
    if (made instanceof Counter) made.value = value;
  }

  text(): string {
    let text = "";
    for (const [name, { help, type, series }] of this.#families) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
      for (const { labels, metric } of series.values()) {
        text +=
          metric instanceof Counter
            ? `${name}${labelText(labels)} ${metric.value}\n`
            : histogramText(name, labels, metric);
      }
    }
    return text;
  }

  #series(
    name: string,
    help: string,
    type: Family["type"],
    labels: Labels,
    make: () => Counter | Histogram,
  ): Counter | Histogram {
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, (family = { help, type, series: new Map() }));
    const key = labelText(labels);
    let entry = family.series.get(key);
    if (entry === undefined) family.series.set(key, (entry = { labels, metric: make() }));
    return entry.metric;
  }
}

function histogramText(name: string, labels: Labels, { bounds, fits, count, sum }: Histogram): string {
  let text = "";
  let upTo = 0;
  for (const [place, bound] of bounds.entries()) {
    upTo += fits[place] ?? 0;
    text += `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${upTo}\n`;
  }
  text += `${name}_bucket${labelText({ ...labels, le: "+Inf" })} ${count}\n`;
  return `${text}${name}_sum${labelText(labels)} ${sum}\n${name}_count${labelText(labels)} ${count}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
