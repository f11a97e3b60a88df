import type { ResourceType } from '../../apiclient/object.ts';
import { resourcePath } from '../../apiclient/object.ts';
import type { JsonObject } from '../json.ts';
import type { Resource } from '../registry/resource.ts';

const groupVersionPath = ({ group, version }: ResourceType): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/** `/openapi/v3`: where the document of each group version stands. */
export function buildOpenApiIndex(resources: readonly Resource[]): JsonObject {
  const paths: JsonObject = {};
  for (const { type } of resources) {
    const path = groupVersionPath(type);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}` };
  }
  return { paths };
}

/**
 * `/openapi/v3/<group version>`: what kubectl reads of it, that is the schemas by kind (`explain`) and that a patch
 * takes `fieldValidation` (so that validation is left to this server).
 */
export function buildOpenApiDocument(resources: readonly Resource[], path: string): JsonObject | undefined {
  const served = resources.filter(({ type }) => groupVersionPath(type) === path);
  if (served.length === 0) return undefined;
  const paths: JsonObject = {};
  const schemas: JsonObject = {};
  for (const { type, schema } of served) {
    const { group, version, kind } = type;
    const names = { group, version, kind };
    const name = [...(group === '' ? ['core', 'api', 'io'] : group.split('.')).toReversed(), version, kind];
    const reference = { $ref: `#/components/schemas/${name.join('.')}` };
    schemas[name.join('.')] = { ...schema, 'x-kubernetes-group-version-kind': [names] };
    paths[resourcePath(type, { namespace: '{namespace}', name: '{name}' }).replaceAll(/%7B|%7D/gu, brace)] = {
      patch: {
        operationId: `patch${kind}`,
        parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((parameter) => ({
          name: parameter,
          in: 'query',
          schema: { type: parameter === 'force' ? 'boolean' : 'string' },
        })),
        responses: {
          200: { description: 'OK', content: { 'application/json': { schema: reference } } },
        },
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': names,
      },
    };
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.32.0' },
    paths,
    components: { schemas },
  };
}

const brace = (escaped: string): string => decodeURIComponent(escaped);
