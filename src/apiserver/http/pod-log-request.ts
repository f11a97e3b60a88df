import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type ApiObject, listAt, stringAt } from '../json.ts';
import { badRequest, StatusError } from '../status.ts';
import { count, flag, type PodLogOptions, type ResourceRequest, targetOf } from './api-context.ts';

/** `GET …/pods/<name>/log`: plain text, streamed as long as the log's source delivers. */
export async function handlePodLog(asked: ResourceRequest): Promise<FastifyReply> {
  const { api, query, reply } = asked;
  const target = targetOf(asked);
  const pod = api.store.get(target);
  if (api.podLogs === undefined) {
    throw new StatusError(501, 'NotImplemented', 'this server does not run pods and has no logs of them');
  }
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  api.closing.addEventListener('abort', () => gone.abort(), { signal: gone.signal });
  const container = chooseContainer(pod, query.get('container') ?? undefined);
  const tailLines = count(query, 'tailLines');
  const sinceSeconds = count(query, 'sinceSeconds');
  const limitBytes = count(query, 'limitBytes');
  const sinceTime = query.get('sinceTime');
  const options: PodLogOptions = {
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    ...(container === undefined ? {} : { container }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceTime === null ? {} : { sinceTime }),
    signal: gone.signal,
  };
  const lines = await api.podLogs({ namespace: target.namespace ?? '', name: target.name }, options);
  return reply
    .code(200)
    .header('content-type', 'text/plain')
    .send(Readable.from(lines, { objectMode: false }));
}

function chooseContainer(pod: ApiObject, asked: string | undefined): string | undefined {
  const names = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')].map(
    (container) => stringAt(container, 'name') ?? '',
  );
  if (asked === undefined || asked === '') return names[0];
  if (!names.includes(asked)) {
    throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
  }
  return asked;
}
