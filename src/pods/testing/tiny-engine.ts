import type { Engine } from '../../engines/engine.ts';

/** Runs the first argument of a container as a shell script, with its ports and mounts in the environment. */
export const tinyEngine: Engine = {
  name: 'tiny',
  runs: (image) => image === 'tiny',
  install: async () => undefined,
  plan: async (_, { args, ports, mounts, workFolder }) => ({
    argv: ['sh', '-c', args[0] ?? 'exec sleep 600'],
    env: {
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`PORT_${name}`, String(port)])),
      ...Object.fromEntries(
        Object.entries(mounts).map(([path, folder]) => [`MOUNT${path.replaceAll('/', '_')}`, folder]),
      ),
    },
    workingFolder: workFolder,
    files: [],
  }),
};
