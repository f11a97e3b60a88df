import type { ApiObject, JsonObject } from '../json.ts';
import type { Column, Resource } from '../registry/resource.ts';

/** How a client wants objects: as they are, as rows of a Table, or only their metadata. */
export type Representation = 'object' | 'table' | 'metadata';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
}

/** Reads the Accept header: the first form in it that this server has. */
export function chooseRepresentation(accept: string | undefined): Representation | undefined {
  if (accept === undefined || accept.trim() === '') return 'object';
  for (const range of accept.split(',')) {
    const [mediaType = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(mediaType)) continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  return undefined;
}

export function representList(
  resource: Resource,
  objects: readonly ApiObject[],
  metadata: ListMeta,
  representation: Representation,
  includeObject: string | undefined,
): JsonObject {
  if (representation === 'table') return buildTable(resource, objects, metadata, includeObject, true);
  if (representation === 'metadata') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map(onlyMetadata),
    };
  }
  const { group, version } = resource.type;
  return {
    kind: resource.listKind,
    apiVersion: group === '' ? version : `${group}/${version}`,
    metadata,
    items: objects,
  };
}

export function representObject(
  resource: Resource,
  object: ApiObject,
  representation: Representation,
  includeObject: string | undefined,
  withColumns = true,
): JsonObject {
  if (representation === 'metadata') return onlyMetadata(object);
  if (representation !== 'table') return object;
  const metadata: ListMeta = { resourceVersion: object.metadata.resourceVersion ?? '' };
  return buildTable(resource, [object], metadata, includeObject, withColumns);
}

function onlyMetadata(object: ApiObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** `meta.k8s.io/v1` Table. */
function buildTable(
  resource: Resource,
  objects: readonly ApiObject[],
  metadata: ListMeta,
  includeObject: string | undefined,
  withColumns: boolean,
): JsonObject {
  const now = Date.now();
  const include = (object: ApiObject): JsonObject => {
    if (includeObject === 'None') return {};
    return { object: includeObject === 'Object' ? object : onlyMetadata(object) };
  };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? resource.columns.map(defineColumn) : null,
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.cell(object, now) ?? null),
      ...include(object),
    })),
  };
}

function defineColumn(column: Column): JsonObject {
  return {
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority ?? 0,
  };
}
