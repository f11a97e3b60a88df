import { expect, it } from 'vitest';
import { memoryRoom } from './memory-room.ts';
import type { Pod } from './pod.ts';

const pod = (uid: string, memory?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid },
  spec: {
    containers: [
      { name: 'c', image: 'x', ...(memory !== undefined && { resources: { requests: { memory } } }) },
    ],
  },
});

it('leaves what other pods do not ask for', () => {
  const own = pod('own', '500');
  expect(memoryRoom([own, pod('a', '300'), pod('b')], [own], 1000)).toEqual({ free: 700, total: 1000 });
  expect(memoryRoom([pod('a', '3000')], [], 1000)).toEqual({ free: 0, total: 1000 });
});

it('knows the machine', () => {
  expect(memoryRoom([], []).total).toBeGreaterThan(2 ** 28);
});
