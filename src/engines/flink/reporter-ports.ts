const reporterPort = /^metrics\.reporter\.[^.]+\.port$/;

/**
 * The ports of metrics reporters that a container declares, by the key of the configuration. A reporter listens on a
 * port, or on the first free one of a range (`9250-9260`); the processes of one machine cannot share it, so the real
 * port of the container takes its place. `containerPorts` are real ports by the number that is declared.
 */
export function findReporterPorts(
  configuration: Readonly<Record<string, string>>,
  containerPorts: Readonly<Record<number, number>>,
): Record<string, string> {
  const found = Object.entries(configuration).flatMap(([key, value]) => {
    const range = reporterPort.test(key) ? /^(\d+)(?:-(\d+))?$/.exec(value.trim()) : null;
    if (range === null) return [];
    const [, first, last = first] = range;
    const real = Object.entries(containerPorts).find(
      ([declared]) => Number(declared) >= Number(first) && Number(declared) <= Number(last),
    );
    return real === undefined ? [] : [[key, String(real[1])] as const];
  });
  return Object.fromEntries(found);
}
