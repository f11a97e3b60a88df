export interface Figure {
  readonly name: string;
  readonly digits: number;
  /** What sdp's median is held to. */
  readonly most?: number;
  readonly least?: number;
  /** What the median of sdp's part of the original's, round by round, is held to. */
  readonly leastRatio?: number;
  readonly mostRatio?: number;
}

/** Prints a line for each figure: median and range of each target, their ratio, and what it is held to. */
export function printFigures(
  figures: readonly Figure[],
  targets: readonly string[],
  results: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>,
): void {
  const [own = '', other] = targets;
  const heads = targets.map((name) => name.padStart(9).padEnd(26)).join('');
  console.log(`${''.padEnd(36)}${heads}${other === undefined ? '' : ' ratio'}`);
  for (const figure of figures) {
    const values = (target: string) => results.get(target)?.get(figure.name) ?? [];
    const cells = targets.map((target) => printRange(values(target), figure.digits)).join('');
    const ratios =
      other === undefined
        ? []
        : values(own).map((value, round) => value / (values(other)[round] ?? Number.NaN));
    const ratio = Number.isFinite(median(ratios)) ? median(ratios).toFixed(2).padStart(6) : '';
    const marks = [
      ...(figure.most === undefined
        ? []
        : [verdict(`at most ${figure.most}`, median(values(own)) <= figure.most)]),
      ...(figure.least === undefined
        ? []
        : [verdict(`at least ${figure.least}`, median(values(own)) >= figure.least)]),
      ...(figure.leastRatio === undefined || ratios.length === 0
        ? []
        : [verdict(`a ratio of at least ${figure.leastRatio}`, median(ratios) >= figure.leastRatio)]),
      ...(figure.mostRatio === undefined || ratios.length === 0
        ? []
        : [verdict(`a ratio of at most ${figure.mostRatio}`, median(ratios) <= figure.mostRatio)]),
    ];
    const held = marks.length === 0 ? '' : `   held to ${marks.join(', ')}`;
    console.log(`${figure.name.padEnd(36)}${cells}${ratio}${held}`);
  }
}

function printRange(values: readonly number[], digits: number): string {
  if (values.length === 0) return '-'.padStart(9).padEnd(26);
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits).padStart(9)}${` (${low}-${high})`.padEnd(17)}`;
}

function verdict(mark: string, isKept: boolean): string {
  return isKept ? mark : `${mark}: MISSED`;
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
