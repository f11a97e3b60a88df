import type { z } from 'zod';
import type { ResourceType } from '../../apiclient/object.ts';
import { type Diagnosed, DiagnosticError, failed, type ObjectName } from '../../diagnostics/diagnostic.ts';
import { toParams } from '../framework/params.ts';
import type { DataSource } from '../framework/resource.ts';
import type { Attribute } from '../framework/schema.ts';
import { attributesFromZod } from '../framework/schema-from-zod.ts';
import { validateParams } from '../framework/validate.ts';
import type { ObjectValue } from '../framework/value.ts';
import { reportFailure } from './failure-report.ts';
import type { Session } from './session.ts';

/** A data source by what it takes and what it answers. */
export interface DataSourceDefinition<Params extends z.ZodObject> {
  readonly typeName: string;
  readonly description: string;
  readonly params: Params;
  readonly answers: readonly Attribute[];
  /** What is read, as messages name it. */
  readonly subject: (params: z.output<Params>) => ObjectName;
  readonly type?: ResourceType;
  /** `namespace` is that of the configuration, else the provider's. */
  read(params: z.output<Params>, namespace: string, session: Session): Promise<ObjectValue>;
}

export function defineDataSource<Params extends z.ZodObject>(
  definition: DataSourceDefinition<Params>,
  session: () => Session | undefined,
): DataSource {
  const { typeName, description, params } = definition;
  const taken = attributesFromZod(params).map((item) =>
    item.name === 'namespace' ? ({ ...item, presence: 'optional-computed' } as const) : item,
  );
  return {
    typeName,
    schema: { version: 0, description, attributes: [...taken, ...definition.answers] },

    async validate(config) {
      return validateParams(params, toParams(taken, config));
    },

    async read(config): Promise<Diagnosed<ObjectValue>> {
      const given = params.parse(toParams(taken, config));
      const subject = definition.subject(given);
      try {
        const current = session();
        if (current === undefined) throw new Error('Terraform used the provider before configuring it');
        const own = (given as { namespace?: string }).namespace;
        const namespace = own ?? current.settings.namespace ?? 'default';
        const answer = await definition.read(given, namespace, current);
        return { value: { ...config, namespace, ...answer }, diagnostics: [] };
      } catch (error) {
        if (error instanceof DiagnosticError) return failed(...error.diagnostics);
        return failed(...(await reportFailure(error, 'read', subject, definition.type, session())));
      }
    },
  };
}
