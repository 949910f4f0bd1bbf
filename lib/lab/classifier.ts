/** What was seen of one event, as numbers, and what it really was. */
export interface Sample {
  readonly label: string;
  readonly features: readonly number[];
}

/** What a classifier believes, from features. */
export type Classifier = (features: readonly number[]) => string;

interface Class {
  readonly label: string;
  readonly means: readonly number[];
  readonly variances: readonly number[];
}

/**
 * Gaussian naive Bayes: each feature of each label is taken for normally
 * distributed and for independent of the others; the most likely label wins, of
 * several equally likely ones the first.
 *
 * @param samples To learn from: of every label at least one.
 */
export function learn(samples: readonly Sample[]): Classifier {
  const all = momentsOf(samples.map(({ features }) => features));
  // What never varied in training may yet: a hundredth of the whole spread.
  const floors = all.variances.map((variance) =>
    Math.max(variance / 10_000, 1e-9)
  );
  const classes = [...Map.groupBy(samples, ({ label }) => label)].map(
    ([label, group]): Class => {
      const { means, variances } = momentsOf(
        group.map(({ features }) => features),
      );
      return {
        label,
        means,
        variances: variances.map((variance, at) =>
          Math.max(variance, floors[at] ?? 0)
        ),
      };
    },
  );
  return (features) => {
    const likely = classes.map((each) => logLikelihood(each, features));
    return classes[likely.indexOf(Math.max(...likely))]?.label ?? "";
  };
}

/** How many of `samples` a classifier gets right. */
export function countRight(
  classifier: Classifier,
  samples: readonly Sample[],
): number {
  return samples.filter(({ label, features }) => classifier(features) === label)
    .length;
}

/**
 * The smallest number of successes in `tries` that guessing with probability
 * `chance` reaches in less than one of `odds` runs.
 */
export function beyondChance(
  tries: number,
  chance: number,
  odds = 1e6,
): number {
  let probability = (1 - chance) ** tries; // of exactly `successes`
  let tail = 1;
  for (let successes = 0; successes <= tries; successes++) {
    if (tail < 1 / odds) return successes;
    tail -= probability;
    probability *= (tries - successes) / (successes + 1) * chance /
      (1 - chance);
  }
  return tries + 1;
}

function momentsOf(
  rows: readonly (readonly number[])[],
): { readonly means: number[]; readonly variances: number[] } {
  const columns = (rows[0] ?? []).map((_, at) =>
    rows.map((row) => row[at] ?? 0)
  );
  const means = columns.map(mean);
  return {
    means,
    variances: columns.map((column, at) =>
      mean(column.map((value) => (value - (means[at] ?? 0)) ** 2))
    ),
  };
}

function logLikelihood(
  { means, variances }: Class,
  features: readonly number[],
): number {
  return features.reduce((sum, value, at) => {
    const variance = variances[at] ?? 1;
    const distance = (value - (means[at] ?? 0)) ** 2;
    return sum - distance / (2 * variance) - Math.log(variance) / 2;
  }, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
