import type { PodAddress } from '../apiserver/server.ts';
import { type Pod, portKey, readPorts } from '../pods/pod.ts';

/** Pods are processes of this machine: a port that a pod names is another one on loopback. */
export const podAddress: PodAddress = (object, asked) => {
  const declared = (object as unknown as Pod).spec.containers.flatMap(({ ports = [] }) => ports);
  const port =
    asked === ''
      ? declared[0]
      : declared.find(({ name, containerPort }) => name === asked || String(containerPort) === asked);
  const real = port === undefined ? undefined : readPorts(object)[portKey(port)];
  return real === undefined ? undefined : { host: '127.0.0.1', port: real };
};
